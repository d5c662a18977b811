"""What a test of nodes in pairs gives, pair by pair."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]
"""Names of two nodes, in the order of the alphabet."""


def pair_of(one: str, other: str) -> Pair:
    """The pair of two nodes, whichever is named first."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class PairResult:
    """One run on two nodes."""

    pair: Pair
    round: int
    """Counted from 1."""
    bandwidth: float | None
    """Bus bandwidth at the largest size that was measured, in GB/s; None where nothing was."""
    trouble: str | None = None
    """What went wrong, such as data that went over TCP; None for a run without fault."""
    log: str | None = None
    """File of its log, in the folder of the report."""


@dataclass(frozen=True, slots=True)
class PairTest:
    """A whole test: the nodes of one pool, and every run on two of them so far."""

    nodes: tuple[str, ...]
    results: tuple[PairResult, ...]

    def bandwidths(self) -> Mapping[Pair, float]:
        """The best measurement of each pair that has one: noise makes a run slower, never faster."""
        found: dict[Pair, float] = {}
        for result in self.results:
            if result.bandwidth is not None:
                found[result.pair] = max(result.bandwidth, found.get(result.pair, 0.0))
        return found

    def cut_off(self) -> tuple[PairResult, ...]:
        """Runs that gave no figure, of pairs that no other run measured."""
        measured = self.bandwidths()
        return tuple(
            result for result in self.results if result.bandwidth is None and result.pair not in measured
        )

    def met(self, node: str) -> frozenset[str]:
        """Who a node has been tested with, measured or not."""
        return partners(node, (result.pair for result in self.results))


def partners(node: str, pairs: Iterable[Pair]) -> frozenset[str]:
    """The other nodes of the pairs that a node is part of."""
    return frozenset(other for pair in pairs if node in pair for other in pair if other != node)


def rounds_of(results: Sequence[PairResult]) -> int:
    """How many rounds have been run."""
    return max((result.round for result in results), default=0)
