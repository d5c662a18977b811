"""The verdict on a running job for a person at a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nccl.facts import RECORDED_MARK
from nccl.prove.report import JobReport
from nccl.terminal import STYLES


def to_terminal(report: JobReport) -> Group:
    """A line a pod, and last, where the eye rests, the verdict with its reasons."""
    return Group(*_parts(report))


def _parts(report: JobReport) -> Iterator[RenderableType]:
    table = Table(box=None)
    for head in ("pod", "node", "GPUs", "EFA asked", "EFA found", "over", "verdict"):
        right = head in ("GPUs", "EFA asked", "EFA found")
        table.add_column(head, justify="right" if right else "left", header_style="bold")
    for one in report.findings:
        found = "-" if one.found is None else str(one.found)
        numbers = (str(one.pod.gpus), str(one.pod.interfaces), found)
        verdict = Text(str(one.outcome), style=STYLES[one.outcome])
        table.add_row(Text(one.pod.name), Text(one.pod.node), *numbers, Text(one.over or "-"), verdict)
    yield table
    if report.recorded:
        yield Text(RECORDED_MARK, style="bold magenta")
    yield Text.assemble((report.headline, STYLES[report.outcome]))
    yield from (Text(f"  {reason}") for reason in report.reasons)
    yield from (Text(f"  besides: {note}") for note in report.notes)
