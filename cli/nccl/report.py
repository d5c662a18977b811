"""`nccl report`: judges logs from anywhere, keeps them with all that is made of them, shows the verdict."""

import sys
from pathlib import Path

import typer

from cli.console import complain, output, tell
from cli.log_versions import version_lines
from nccl.document import to_json
from nccl.folder import given_folder, keep_log, keep_stream, new_folder, write_report
from nccl.report import Report, report_on
from nccl.terminal import to_terminal
from nccl.verdict import Expectation

STANDARD_INPUT = "-"
RUNS = Path("runs")
"""Where every report gets a folder of its own, unless another is named."""


def report_on_files(
    names: list[str], expected: Expectation, directory: Path | None, *, compared: bool, picture: bool
) -> Report:
    """Judge the logs and keep everything; nothing is kept where there is no log at all.

    `compared`: the last name is the run without EFA. Raises ReportError where the folder cannot be written.
    """
    folder = None
    if any(name == STANDARD_INPUT or _is_there(name) for name in names):
        folder = given_folder(directory) if directory else new_folder(RUNS)
    paths = [_kept(name, folder) if folder else Path(name) for name in names]
    socket_log = paths.pop() if compared else None
    result = report_on(paths, expected, socket_log)
    if folder:
        written = write_report(result, folder, picture=picture)
        tell(f"report: {', '.join(map(str, written))}")
    return result


def show(result: Report, *, as_json: bool) -> None:
    """Each log that cannot be read is one line of its own; of nothing but those no table is drawn."""
    unreadable = [run for run in result.runs if run.facts.kind == "unreadable"]
    for run in unreadable:
        complain(run.verdict.reasons[0])
    if as_json:
        typer.echo(to_json(result), nl=False)
    elif len(unreadable) < len(result.runs):
        output.print(to_terminal(result))
    for line in version_lines(result):
        tell(line)


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # a folder that may not be looked into, or a name too long to be one
        return False


def _kept(name: str, folder: Path) -> Path:
    """Where to read a log from: a pipe can be read once only, so it is read from the copy."""
    if name == STANDARD_INPUT:
        return keep_stream(sys.stdin.buffer, folder, "standard-input.log")
    path = Path(name)
    if not _is_there(name):
        return path
    if path.is_fifo():
        with path.open("rb") as stream:
            return keep_stream(stream, folder, f"pipe-{path.name}.log")
    keep_log(path, folder)
    return path
