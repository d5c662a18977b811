"""The report on pairs for a person at a terminal: who is slow with whom, and last the verdict."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from nccl.facts import RECORDED_MARK
from nccl.pairs.report import PairReport
from nccl.terminal import STYLES
from nccl.verdict import Outcome

FEW = 16
"""Up to so many nodes the terminal has room for all pairs; the picture has them in any case."""


def to_terminal(report: PairReport) -> Group:
    """The slowest pair of each node, everything that is to blame, and the verdict."""
    return Group(*_parts(report))


def _parts(report: PairReport) -> Iterator[RenderableType]:
    if report.test.results:
        yield _nodes(report)
    if report.recorded:
        yield Text(RECORDED_MARK, style="bold magenta")
    yield Text.assemble((report.headline, STYLES[report.outcome]))
    yield from (Text(f"  {reason}") for reason in report.reasons)


def _nodes(report: PairReport) -> Table:
    blamed = {node for finding in report.findings for node in finding.nodes}
    measured = report.test.bandwidths()
    table = Table(title="bus bandwidth with the others, GB/s", title_justify="left", box=None)
    for head, justify in (("node", "left"), ("tested with", "right"), ("least", "right"), ("most", "right")):
        table.add_column(head, justify="right" if justify == "right" else "left", header_style="bold")
    shown = [node for node in report.test.nodes if node in blamed or len(report.test.nodes) <= FEW]
    for node in shown:
        mine = [bandwidth for pair, bandwidth in measured.items() if node in pair]
        ends = (f"{min(mine):.2f}", f"{max(mine):.2f}") if mine else ("-", "-")
        style = STYLES[Outcome.FAIL] if node in blamed else ""
        table.add_row(Text(node, style=style), str(len(report.test.met(node))), *ends)
    if left := len(report.test.nodes) - len(shown):
        table.add_row(Text(f"and {left} nodes without fault", style="dim"), "", "", "")
    return table
