"""Made-up fleets: healthy nodes within a few percent of each other, bad nodes and links far below."""

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from nccl.pairs.results import Pair, PairResult, PairTest, pair_of
from nccl.pairs.rounds import next_round

HEALTHY = 480.0
"""GB/s, about what two p5.48xlarge have."""


@dataclass(frozen=True)
class Fleet:
    """Nodes, and what is wrong with some."""

    nodes: tuple[str, ...]
    slow_nodes: Collection[str] = ()
    slow_links: Collection[Pair] = ()
    dead_nodes: Collection[str] = ()
    share: float = 0.6
    """Of the healthy bandwidth, on what is slow."""
    seed: int = 1

    def bandwidth(self, pair: Pair) -> float | None:
        if set(pair) & set(self.dead_nodes):
            return None
        noise = 1 + Random(f"{self.seed}{pair}").uniform(-0.03, 0.03)
        is_slow = set(pair) & set(self.slow_nodes) or pair in self.slow_links
        return HEALTHY * noise * (self.share if is_slow else 1)

    def tested(self, floor: float | None = None, *, everybody: bool = False) -> PairTest:
        """The whole test, round after round."""
        test, number = PairTest(self.nodes, ()), 0
        while pairs := next_round(test, floor, everybody=everybody):
            number += 1
            results = (self._result(pair, number) for pair in pairs)
            test = PairTest(self.nodes, (*test.results, *results))
        return test

    def _result(self, pair: Pair, number: int) -> PairResult:
        bandwidth = self.bandwidth(pair)
        return PairResult(pair, number, bandwidth, None if bandwidth else "the worker never became ready")


def nodes(count: int) -> tuple[str, ...]:
    return tuple(f"node-{number:02}" for number in range(count))


def link(one: int, other: int) -> Pair:
    return pair_of(f"node-{one:02}", f"node-{other:02}")
