"""What is reported of one or more logs: each run with its verdict, and EFA against the socket.

Everything that is written or shown (JSON, Markdown, terminal, picture) is made from a `Report` and says
the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nccl.bandwidth import Gain, floor_for, gain_check, gains
from nccl.checks import judge, unreadable
from nccl.errors import LogError
from nccl.facts import RECORDED_MARK, Facts
from nccl.floors import Published
from nccl.source import read_log
from nccl.verdict import Check, Expectation, Outcome, Verdict, worst


@dataclass(frozen=True, slots=True)
class Run:
    """One log: where it is, what it says, and the verdict on it.

    `label` is the provider where that tells the runs apart, else it has the file's name in it.
    """

    log: Path
    label: str
    expected: Expectation
    facts: Facts
    verdict: Verdict

    @property
    def floor(self) -> Published | None:
        """The published figure that the run was judged by, None where there was none."""
        chosen = floor_for(self.facts, self.expected) if self.expected.provider != "socket" else None
        return chosen if isinstance(chosen, Published) else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against the socket run, size by size."""

    socket: str
    other: str
    check: Check
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All runs (the socket run of a comparison is the last) and all comparisons."""

    runs: tuple[Run, ...]
    comparisons: tuple[Comparison, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all runs and comparisons: what the process exits with."""
        checks = [one.check.outcome for one in self.comparisons if one.check.outcome]
        return worst([*(run.verdict.outcome for run in self.runs), *checks])

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the outcome is what it is; with several runs each begins with the run's label."""
        several = len(self.runs) > 1
        found = [
            f"{run.label}: {reason}" if several else reason
            for run in self.runs
            if run.verdict.outcome == self.outcome
            for reason in run.verdict.reasons
        ]
        deciding = [one for one in self.comparisons if one.check.outcome == self.outcome]
        return (*found, *(f"{one.other} against {one.socket}: {one.check.reason}" for one in deciding))

    @property
    def recorded(self) -> bool:
        """Whether any of the logs is a replayed recording."""
        return any(run.facts.recorded for run in self.runs)

    @property
    def headline(self) -> str:
        """The verdict in one line; it never hides that a log is a recording."""
        return f"{self.outcome} ({RECORDED_MARK})" if self.recorded else str(self.outcome)


def report_on(logs: Iterable[Path], expected: Expectation, socket_log: Path | None = None) -> Report:
    """Read and judge the logs, and compare each with the socket run where one is given.

    A log that cannot be read is INCONCLUSIVE with the reason; no LogError is raised.
    """
    if socket_log is not None:
        expected = replace(expected, provider=expected.provider or "efa")
    runs = [_run(log, expected) for log in logs]
    if socket_log is not None:
        runs.append(_run(socket_log, replace(expected, provider="socket", interfaces=None)))
    named = _labelled(runs)
    if socket_log is None:
        return Report(named)
    *others, socket = named
    return Report(named, tuple(_compare(socket, other) for other in others))


def _run(log: Path, expected: Expectation) -> Run:
    try:
        facts = read_log(log)
    except LogError as error:
        return Run(log, log.stem, expected, Facts(kind="unreadable"), unreadable(str(error)))
    return Run(log, facts.transport.name or log.stem, expected, facts, judge(facts, expected))


def _labelled(runs: list[Run]) -> tuple[Run, ...]:
    """Labels that tell runs apart: provider, else provider and file, else with a number."""
    times = Counter(run.label for run in runs)
    labels = [run.label if times[run.label] == 1 else f"{run.label} {run.log.stem}" for run in runs]
    again = Counter(labels)
    return tuple(
        replace(run, label=label if again[label] == 1 else f"{label} {place}")
        for place, (run, label) in enumerate(zip(runs, labels, strict=True), 1)
    )


def _compare(socket: Run, other: Run) -> Comparison:
    check = gain_check(socket.facts, other.facts)
    return Comparison(socket.label, other.label, check, gains(socket.facts, other.facts))
