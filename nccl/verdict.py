"""PASS, FAIL or INCONCLUSIVE, with the reasons.

A run passes when every check that was asked for passes. A check fails on evidence against the run, and is
inconclusive where the log does not hold the evidence: missing data is never a pass. One failure makes the
verdict FAIL, for a run that went wrong went wrong however much of its log is lost; otherwise one open
question makes it INCONCLUSIVE.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto


class Outcome(StrEnum):
    """The answer of one check, and of the whole verdict."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        """Each value is its name, as pipelines and people read it."""
        return name

    PASS = auto()
    FAIL = auto()
    INCONCLUSIVE = auto()

    @property
    def exit_code(self) -> int:
        """0, 1 or 2 for a pipeline."""
        return (Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE).index(self)


@dataclass(frozen=True, slots=True)
class Check:
    """One question, its answer and why; outcome None: not asked, or nothing to judge by."""

    name: str
    outcome: Outcome | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answers to all questions, in the order in which they were asked."""

    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst answer; no answer at all is INCONCLUSIVE."""
        return worst(check.outcome for check in self.checks if check.outcome)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not a pass; for a pass, what it rests on and what was not judged."""
        against = [check.reason for check in self.checks if check.outcome == self.outcome != Outcome.PASS]
        if against:
            return tuple(against)
        return tuple(check.reason for check in self.checks)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the run was to show, as far as the caller says so.

    `provider` is `socket` or `efa`; `interfaces` the EFA interfaces of one node; `instance_type` chooses
    the floor. `nodes` and `collective` fill in what a log's lost beginning would have said, and must agree
    with what it says.
    """

    provider: str | None = None
    interfaces: int | None = None
    instance_type: str | None = None
    nodes: int | None = None
    collective: str | None = None


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """FAIL before INCONCLUSIVE before PASS; of nothing, INCONCLUSIVE."""
    found = set(outcomes) or {Outcome.INCONCLUSIVE}
    order = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS)
    return next(outcome for outcome in order if outcome in found)
