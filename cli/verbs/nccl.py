"""`nccl`: prove the network, by tests in the cluster (`run`) or by logs from anywhere (`report`)."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.console import complain, output, tell
from cli.errors import CommandError
from cli.nccl.instance_types import known_type
from cli.nccl.pairs.find import PairsWanted
from cli.nccl.pairs.show import Form, find_and_show, write_junit
from cli.nccl.proof import Wanted, prove
from cli.nccl.report import STANDARD_INPUT, report_on_files, show
from cli.stacks import find_stack
from cli.target import Target, open_target
from knowledge.nccl_job import VERDICT_CONFIG_MAP, Variant
from nccl.errors import ReportError
from nccl.junit import Case, cases_of, cases_of_pairs
from nccl.report import Report
from nccl.verdict import Expectation, Outcome, worst


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


Directory = Annotated[
    Path | None, typer.Option("--output", help="Folder of the report. Default: runs/<time>-nccl.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print report.json instead of tables.")]
Picture = Annotated[bool, typer.Option(help="Draw the bus bandwidth as PNG and SVG.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=1,
        help="Most seconds to wait for nodes and workers. Default: 180 in the sandbox, 1200 on EKS.",
    ),
]

nccl = typer.Typer(no_args_is_help=True, help="NCCL tests: is the network what was paid for?")


def _test_of(variant: Variant) -> Callable[..., None]:
    """A verb that runs one variant."""

    def verb(
        stack: options.Stack = "sandbox",
        kubeconfig: options.Kubeconfig = None,
        timeout: Timeout = None,
        directory: Directory = None,
        as_json: AsJson = False,
        picture: Picture = True,
    ) -> None:
        _prove(stack, kubeconfig, Wanted((variant,), timeout, directory, picture), as_json=as_json)

    return verb


@nccl.command()
def run(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    timeout: Timeout = None,
    directory: Directory = None,
    as_json: AsJson = False,
    picture: Picture = True,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the verdict as JUnit XML too.")
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Test the pool's nodes in pairs, to find the one to blame.")
    ] = False,
    nodes: Annotated[
        int | None, typer.Option("--nodes", help="With --pairs: nodes to test. Default: all of the pool.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="With --pairs: more than 8 nodes meet everybody too.")
    ] = False,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="With --pairs: cordon and taint the nodes to blame.")
    ] = False,
) -> None:
    """Test without EFA, then with it, and compare: exit code 0 PASS, 1 FAIL, 2 INCONCLUSIVE.

    With --pairs, or after a FAIL where the stack says `nccl.pairs`, find the node or link that is slow.
    """
    if not pairs and (nodes is not None or everybody or quarantine):
        raise CommandError("nccl run", "--nodes, --everybody and --quarantine are about pairs", "add --pairs")
    target = open_target(stack, kubeconfig)
    cases: tuple[Case, ...] = ()
    outcome, recorded = Outcome.PASS, False
    if not pairs:
        result = _proved(target, Wanted((), timeout, directory, picture), as_json=as_json)
        outcome, recorded, cases = result.outcome, result.recorded, cases_of(result)
    if pairs or (outcome is Outcome.FAIL and searches_after_a_fail(stack)):
        wanted = PairsWanted(nodes, everybody, timeout, directory if pairs else None)
        # One document is printed: after a FAIL that of the run, and that of the pairs is in its folder.
        form = Form.of(as_json=as_json, alone=pairs)
        try:
            found = find_and_show(target, wanted, form, picture=picture, quarantine=quarantine)
        except ReportError as error:
            raise _refusal(str(error)) from error
        outcome = worst([outcome, found.outcome]) if not pairs else found.outcome
        recorded, cases = recorded or found.recorded, (*cases, *cases_of_pairs(found))
    if junit is not None:
        write_junit(junit, cases, recorded=recorded)
    raise typer.Exit(outcome.exit_code)


ONE_VARIANT: tuple[tuple[Variant, str], ...] = (
    ("socket", "Test without EFA only."),
    ("efa", "Test with EFA only, without a comparison."),
    ("efa-mount", "Test with EFA devices mounted from the host, where the stack allows it."),
)
for name, does in ONE_VARIANT:
    nccl.command(name, help=does)(_test_of(name))


@nccl.command()
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
        int | None, typer.Option(min=1, help="Number of nodes; a log that says another is no pass.")
    ] = None,
    collective: Annotated[
        Collective | None, typer.Option(help="Collective; a log that names another is no pass.")
    ] = None,
    compare: Annotated[
        str | None, typer.Option(metavar="SOCKET_LOG", help="Log of the run without EFA, to compare with.")
    ] = None,
    directory: Directory = None,
    as_json: AsJson = False,
    picture: Annotated[
        bool | None,
        typer.Option(
            "--picture/--no-picture",
            help="Draw the bus bandwidth as PNG and SVG. Default: on a terminal, or with --output.",
        ),
    ] = None,
) -> None:
    """Judge logs of nccl-tests: exit code 0 for PASS, 1 for FAIL, 2 for INCONCLUSIVE.

    The logs, report.json, report.md and the picture are kept in one folder.
    """
    names = logs if compare is None else [*logs, compare]
    if fault := _fault(names, expect, compare):
        raise _refusal(fault)
    try:
        known = None if instance_type is None else known_type(instance_type)
    except ValueError as error:
        raise _refusal(f"--instance-type: {error}") from error
    expected = Expectation(expect and str(expect), interfaces, known, nodes, collective and str(collective))
    drawn = picture if picture is not None else directory is not None or output.is_terminal
    try:
        result = report_on_files(names, expected, directory, compared=compare is not None, picture=drawn)
    except ReportError as error:
        raise _refusal(str(error)) from error
    show(result, as_json=as_json)
    raise typer.Exit(result.outcome.exit_code)


def searches_after_a_fail(stack: str) -> bool:
    """Whether the settings of the stack say `nccl.pairs`."""
    return find_stack(stack).examine().nccl.pairs


def _prove(stack: str, kubeconfig: Path | None, wanted: Wanted, *, as_json: bool) -> None:
    result = _proved(open_target(stack, kubeconfig), wanted, as_json=as_json)
    raise typer.Exit(result.outcome.exit_code)


def _proved(target: Target, wanted: Wanted, *, as_json: bool) -> Report:
    try:
        result, written = prove(target, wanted)
    except ReportError as error:
        raise _refusal(str(error)) from error
    show(result, as_json=as_json)
    tell(f"report: {', '.join(map(str, written))}")
    kept = f"kubectl get configmap -n {target.cluster.nccl_namespace} {VERDICT_CONFIG_MAP}"
    tell(f"verdict: {result.headline}; the cluster has it too: {kept}")
    tell("the nodes that Karpenter brought leave by themselves; next: make status, make nccl-efa, make down")
    return result


def _fault(names: list[str], expect: Provider | None, compare: str | None) -> str | None:
    if expect is Provider.SOCKET and compare is not None:
        return "--compare: names the run without EFA to compare with; leave out --expect socket"
    if names.count(STANDARD_INPUT) > 1:
        return "-: standard input can be one log only; give files for the others"
    return None


def _refusal(line: str) -> typer.Exit:
    """Say why there is no verdict; the exit code is that of no verdict, never that of a failed run."""
    complain(line)
    return typer.Exit(Outcome.INCONCLUSIVE.exit_code)
