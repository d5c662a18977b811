"""What a judgement says: of each pair whether it is supported, by which row, and which change mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from knowledge.compatibility.table import Source


class Standing(IntEnum):
    """From good to bad, so that the worst of several is their maximum."""

    SUPPORTED = 0
    """A row says that they go together."""
    UNTESTED = 1
    """No row knows them together: a warning."""
    UNSUPPORTED = 2
    """A row rules them out: a fault."""

    def __str__(self) -> str:
        """The word for people."""
        return self.name.lower()


@dataclass(frozen=True)
class Finding:
    """What one row says of versions that depend on each other."""

    about: tuple[str, ...]
    """Fields of the `VersionSet`; the first is the one that a change would mend most easily."""
    standing: Standing
    reason: str
    """What the row says, naming both versions."""
    source: Source | None
    """Where the row was read; None for what no row could know."""
    cure: str = ""
    """Which change mends it; empty where nothing needs mending or the reason says it."""

    def __str__(self) -> str:
        """One line: what the row says and how to mend it."""
        return f"{self.reason}; {self.cure}" if self.cure else self.reason


@dataclass(frozen=True)
class Judgement:
    """Everything that the table says of one set of versions."""

    findings: tuple[Finding, ...]
    open: tuple[str, ...] = ()
    """What could not be judged and why, a line each: facts that no public source gave."""

    @property
    def standing(self) -> Standing:
        """The worst of all pairs. A set of which the table knows nothing at all is untested."""
        return max((finding.standing for finding in self.findings), default=Standing.UNTESTED)

    def of(self, standing: Standing) -> tuple[Finding, ...]:
        """The findings of one standing."""
        return tuple(finding for finding in self.findings if finding.standing is standing)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of a report; those of one standing stay in theirs."""
    return tuple(sorted(findings, key=lambda finding: -finding.standing))
