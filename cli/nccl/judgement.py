"""From the logs of runs to a report: each is judged as its template asks, with what the cluster knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cli.nccl.templates import Template
from nccl.report import Report, Run, report_on
from nccl.verdict import Check, Outcome, Verdict


@dataclass(frozen=True)
class Ran:
    """One variant's run. `log` need not be there; `trouble` says why it did not end well."""

    template: Template
    log: Path
    trouble: str | None = None


def judge_runs(ran: Sequence[Ran]) -> Report:
    """The report on all runs, compared with the socket's where it is among several."""
    socket = next((one for one in ran if one.template.variant == "socket"), None)
    others = [one for one in ran if one is not socket]
    if socket is not None and others:
        report = report_on([one.log for one in others], others[0].template.expected(), socket.log)
    else:
        report = report_on([one.log for one in ran], ran[0].template.expected())
    by_log = {one.log: one for one in ran}
    runs = tuple(_with_the_clusters_word(run, by_log[run.log]) for run in report.runs)
    compared = zip(report.comparisons, runs[:-1], strict=True) if report.comparisons else ()
    comparisons = (replace(one, socket=runs[-1].label, other=run.label) for one, run in compared)
    return Report(runs, tuple(comparisons))


def _with_the_clusters_word(run: Run, ran: Ran) -> Run:
    """The run under its variant's name, which holds whatever carried the data, and with what befell it."""
    checks = run.verdict.checks if ran.log.exists() else ()
    checks = tuple(_counted(check, run, ran.template) for check in checks)
    if ran.trouble is not None:
        checks = (Check("run", Outcome.INCONCLUSIVE, ran.trouble), *checks)
    elif not checks:
        checks = (Check("run", Outcome.INCONCLUSIVE, "the launcher's log could not be read"),)
    return replace(run, label=ran.template.variant, verdict=Verdict(checks))


def _counted(check: Check, run: Run, template: Template) -> Check:
    """Answer for a log that does not count its interfaces (aws-ofi-nccl before 1.7) where the cluster can.

    A worker that was given one EFA interface and sent its data over EFA has used that one. Of several it may
    have used fewer, so then the question stays open.
    """
    asked, given = run.expected.interfaces, template.efa_interfaces_given
    open_question = check.name == "interfaces" and check.outcome is Outcome.INCONCLUSIVE
    if not open_question or run.facts.transport.interfaces or (asked, given) != (1, 1):
        return check
    if run.facts.transport.name != "efa":
        return check
    return Check(check.name, Outcome.PASS, "1 EFA interface: each worker was given no other")
