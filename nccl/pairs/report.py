"""What is reported of a test in pairs. Table, heat map, JSON and JUnit are made of it and say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from nccl.facts import RECORDED_MARK
from nccl.floors import Published
from nccl.pairs.blame import Blame, Finding, blame
from nccl.pairs.results import PairTest
from nccl.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A node that has less than the test asks for, seen without a test."""

    node: str
    what: str
    """Such as `7 of 8 nvidia.com/gpu`."""


@dataclass(frozen=True, slots=True)
class PairReport:
    """A test with what follows from it."""

    test: PairTest
    pool: str
    instance_type: str | None
    collective: str
    published: Published | None = None
    """The figure for two such nodes that the floor is of."""
    shortfalls: tuple[Shortfall, ...] = ()
    recorded: bool = False
    blame: Blame = field(init=False)

    def __post_init__(self) -> None:
        """Judge once."""
        floor = self.published.floor if self.published else None
        object.__setattr__(self, "blame", blame(self.test, floor))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to blame."""
        return self.blame.findings

    @property
    def outcome(self) -> Outcome:
        """FAIL where anything is to blame; PASS where every pair was measured and held against others."""
        if self.shortfalls or any(each.is_shown for each in self.findings):
            return Outcome.FAIL
        return Outcome.INCONCLUSIVE if self.findings or any(self._open()) else Outcome.PASS

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is that; for a pass, what it rests on."""
        found = [f"{each.node}: {each.what}" for each in self.shortfalls]
        found += [f"{each.kind} {' and '.join(each.nodes)}: {each.why}" for each in self.findings]
        found += self._open()
        return tuple(found) or (self._good(),)

    @property
    def headline(self) -> str:
        """The verdict in one line; it never hides that logs are recordings."""
        return f"{self.outcome} ({RECORDED_MARK})" if self.recorded else str(self.outcome)

    def _open(self) -> Iterator[str]:
        """What keeps it from being a pass though nothing is to blame."""
        for result in self.test.cut_off():
            names = " and ".join(result.pair)
            yield f"{names}: cut off in round {result.round}: {result.trouble or 'the log ends early'}"
        if not self.test.results:
            yield "no pair was tested"
        elif len(self.test.nodes) == 2 and self.published is None:
            yield "no floor is published that one pair could be held against; test a third node with them"

    def _good(self) -> str:
        scale = self.blame.scale
        if scale is None:
            return "nothing was measured"
        floor = f", floor {scale.floor:.2f}" if scale.floor else ""
        return (
            f"all {len(self.test.bandwidths())} pairs are within reach of the median of "
            f"{scale.reference:.2f} GB/s (slow is below {scale.threshold:.2f}{floor})"
        )
