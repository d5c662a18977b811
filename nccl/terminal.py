"""The report for a person at a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nccl.facts import RECORDED_MARK
from nccl.report import Report, Run
from nccl.summary import bandwidth_table, facts_of
from nccl.verdict import Outcome

STYLES = {Outcome.PASS: "bold green", Outcome.FAIL: "bold red", Outcome.INCONCLUSIVE: "bold yellow"}
"""How an outcome is shown."""


def to_terminal(report: Report) -> Group:
    """Facts and checks of each run, the bandwidths, and last, where the eye rests, the verdict."""
    return Group(*_parts(report))


def _parts(report: Report) -> Iterator[RenderableType]:
    for run in report.runs:
        yield from _run(run)
    heads, rows = bandwidth_table(report)
    if rows:
        yield Text("bus bandwidth, out of place, GB/s", style="italic")
        table = Table(box=None)
        for head in heads:
            table.add_column(Text(head), justify="right", header_style="bold")
        for row in rows:
            table.add_row(*row)
        yield table
        yield Text()
    for one in report.comparisons:
        style = STYLES[one.check.outcome] if one.check.outcome else "dim"
        yield Text.assemble((f"{one.other} against {one.socket}: ", "bold"), (one.check.reason, style))
    if report.recorded:
        yield Text(RECORDED_MARK, style="bold magenta")
    yield Text.assemble((report.headline, STYLES[report.outcome]))
    yield from (Text(f"  {reason}") for reason in report.reasons if report.outcome != Outcome.PASS)


def _run(run: Run) -> Iterator[RenderableType]:
    yield Text.assemble((run.label, "bold"), f"  {run.log}")
    words = [f"{name} {value}" for name, value in facts_of(run.facts)]
    if words:
        yield Text("  " + ", ".join(words), style="dim")
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(width=12)
    table.add_column(width=12)
    table.add_column()
    for check in run.verdict.checks:
        outcome = check.outcome
        shown = Text(str(outcome), style=STYLES[outcome]) if outcome else Text("not judged", style="dim")
        table.add_row(Text(check.name), shown, Text(check.reason))
    yield table
    yield Text()
