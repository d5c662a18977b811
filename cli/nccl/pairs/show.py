"""Shows and keeps what a test in pairs found, and closes nodes where that was asked for."""

from enum import Enum
from pathlib import Path

import typer

from cli.console import output, tell
from cli.nccl.pairs.find import PairsWanted, find, refuse_too_few
from cli.nccl.pairs.quarantine import close, culprits, next_step, way_back
from cli.target import Target
from nccl.junit import Case, to_junit
from nccl.pairs.document import to_json
from nccl.pairs.folder import write_pairs, write_text
from nccl.pairs.report import PairReport
from nccl.pairs.terminal import to_terminal


class Form(Enum):
    """What is printed of the report."""

    TABLE = "a table"
    JSON = "its JSON"
    NOTHING = "nothing, as another document is"

    @classmethod
    def of(cls, *, as_json: bool, alone: bool) -> "Form":
        """What somebody gets who asked for JSON or not, of this report `alone` or after another."""
        if not as_json:
            return cls.TABLE
        return cls.JSON if alone else cls.NOTHING


def find_and_show(
    target: Target, wanted: PairsWanted, form: Form, *, picture: bool, quarantine: bool
) -> PairReport:
    """Test in pairs; the report, shown and written."""
    refuse_too_few(wanted.nodes)
    report, folder = find(target, wanted)
    written = write_pairs(report, folder, picture=picture)
    if form is Form.JSON:
        typer.echo(to_json(report), nl=False)
    elif form is Form.TABLE:
        output.print(to_terminal(report))
    tell(f"report: {', '.join(map(str, written))}")
    blamed = culprits(report)
    if blamed and quarantine:
        close(target.cluster, blamed)
        for line in way_back(blamed):
            tell(line)
    elif blamed:
        tell("nothing was done to the nodes; --quarantine keeps pods off them")
    for line in next_step(target.cluster, blamed):
        tell(f"next: {line}")
    return report


def write_junit(file: Path, cases: tuple[Case, ...], *, recorded: bool) -> None:
    """Write the cases where a pipeline looks for them."""
    tell(f"JUnit: {write_text(file, to_junit('nccl', cases, recorded=recorded))}")
