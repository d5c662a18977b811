"""`eks-efa nccl`: the logs of NCCL tests. `report` needs neither a cluster nor a stack."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.console import complain, output, tell
from nccl.document import to_json
from nccl.errors import ReportError
from nccl.folder import given_folder, keep_log, keep_stream, new_folder, write_report
from nccl.report import Report, report_on
from nccl.terminal import to_terminal
from nccl.verdict import Expectation, Outcome

STANDARD_INPUT = "-"


class Provider(StrEnum):
    """What carries the data between the nodes."""

    SOCKET = "socket"
    EFA = "efa"


class Collective(StrEnum):
    """The tests of nccl-tests, by the names of their programs without `_perf`."""

    ALL_GATHER = "all_gather"
    ALL_REDUCE = "all_reduce"
    ALLTOALL = "alltoall"
    ALLTOALLV = "alltoallv"
    BROADCAST = "broadcast"
    GATHER = "gather"
    HYPERCUBE = "hypercube"
    REDUCE = "reduce"
    REDUCE_SCATTER = "reduce_scatter"
    SCATTER = "scatter"
    SENDRECV = "sendrecv"


nccl_app = typer.Typer(no_args_is_help=True)


@nccl_app.callback()
def nccl() -> None:
    """NCCL tests: what a run measured, and whether it is good."""


@nccl_app.command()
def report(
    logs: Annotated[
        list[str],
        typer.Argument(metavar="LOG", help="Text or -J file of nccl-tests; - is standard input."),
    ],
    expect: Annotated[Provider | None, typer.Option(help="Provider that the run was to use.")] = None,
    interfaces: Annotated[int | None, typer.Option(min=1, help="EFA interfaces of one node.")] = None,
    instance_type: Annotated[
        str | None, typer.Option(help="Chooses the floor of the bus bandwidth, if one is published.")
    ] = None,
    nodes: Annotated[
        int | None, typer.Option(min=1, help="Number of nodes, for a log that does not list its devices.")
    ] = None,
    collective: Annotated[
        Collective | None, typer.Option(help="Collective, for a log that does not name it.")
    ] = None,
    compare: Annotated[
        str | None, typer.Option(metavar="SOCKET_LOG", help="Log of the run without EFA, to compare with.")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--output", help="Folder of the report. Default: runs/<time>-nccl.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json instead of tables.")] = False,
    picture: Annotated[bool, typer.Option(help="Draw the bus bandwidth as PNG and SVG.")] = True,
) -> None:
    """Judge logs of nccl-tests: exit code 0 for PASS, 1 for FAIL, 2 for INCONCLUSIVE.

    The logs, report.json, report.md and the picture are kept in one folder.
    """
    names = logs if compare is None else [*logs, compare]
    if fault := _fault(names, expect, compare):
        raise _refusal(fault)
    expected = Expectation(
        expect and str(expect), interfaces, instance_type, nodes, collective and str(collective)
    )
    try:
        result = _report(names, expected, compare is not None, directory, picture=picture)
    except ReportError as error:
        raise _refusal(str(error)) from error
    _show(result, as_json=as_json)
    raise typer.Exit(result.outcome.exit_code)


def _fault(names: list[str], expect: Provider | None, compare: str | None) -> str | None:
    if expect is Provider.SOCKET and compare is not None:
        return "--compare: names the run without EFA to compare with; leave out --expect socket"
    if names.count(STANDARD_INPUT) > 1:
        return "-: standard input can be one log only; give files for the others"
    return None


def _report(
    names: list[str], expected: Expectation, compared: bool, directory: Path | None, *, picture: bool
) -> Report:
    """Judge the logs and keep everything; nothing is kept where there is no log at all."""
    folder = None
    if any(name == STANDARD_INPUT or Path(name).exists() for name in names):
        folder = given_folder(directory) if directory else new_folder(Path("runs"))
    paths = [_kept(name, folder) if folder else Path(name) for name in names]
    socket_log = paths.pop() if compared else None
    result = report_on(paths, expected, socket_log)
    if folder:
        written = write_report(result, folder, picture=picture)
        tell(f"report: {', '.join(map(str, written))}")
    return result


def _kept(name: str, folder: Path) -> Path:
    """Where to read a log from: a pipe can be read once only, so it is read from the copy."""
    if name == STANDARD_INPUT:
        return keep_stream(sys.stdin.buffer, folder, "standard-input.log")
    path = Path(name)
    if path.is_fifo():
        with path.open("rb") as stream:
            return keep_stream(stream, folder, f"pipe-{path.name}.log")
    keep_log(path, folder)
    return path


def _show(result: Report, *, as_json: bool) -> None:
    unreadable = [run for run in result.runs if run.facts.kind == "unreadable"]
    for run in unreadable:
        complain(run.verdict.reasons[0])
    if as_json:
        typer.echo(to_json(result), nl=False)
    elif len(unreadable) < len(result.runs):
        output.print(to_terminal(result))


def _refusal(line: str) -> typer.Exit:
    """Say why there is no verdict; the exit code is that of no verdict, never that of a failed run."""
    complain(line)
    return typer.Exit(Outcome.INCONCLUSIVE.exit_code)
