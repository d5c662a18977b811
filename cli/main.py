"""The console script: puts the verbs together; whatever goes wrong becomes one line and an exit code."""

import sys
import traceback
from collections.abc import Sequence

import typer

from cli.aws_errors import aws_error
from cli.cluster_errors import cluster_error
from cli.console import complain, tell
from cli.errors import CommandError
from cli.verbs.adopt_plan import adopt_plan
from cli.verbs.aws_auth import aws_auth
from cli.verbs.bench import bench
from cli.verbs.check import check
from cli.verbs.dashboards import dashboards
from cli.verbs.down import down
from cli.verbs.existing_cluster import existing_cluster
from cli.verbs.fault import fault
from cli.verbs.help import show_help
from cli.verbs.image import image
from cli.verbs.logs import logs
from cli.verbs.migrate import migrate, migrate_plan
from cli.verbs.nccl import nccl
from cli.verbs.permissions import permissions
from cli.verbs.plan import plan
from cli.verbs.plan_diff import plan_diff
from cli.verbs.policies import policies
from cli.verbs.preview import preview
from cli.verbs.prove import prove
from cli.verbs.scale import scale
from cli.verbs.scale_in import scale_in
from cli.verbs.scale_out import scale_out
from cli.verbs.status import status
from cli.verbs.test import test
from cli.verbs.up import up
from cli.verbs.versions import versions
from sandbox.environment import RealAccountError
from sandbox.paths import SandboxPaths
from sandbox.world.errors import WorldError
from settings.faults import SettingsError
from settings.stack_file import StackFileError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""

NO_VERDICT = 2
"""Exit code of `nccl` and `prove` after an error: their 1 says that a run was judged to have failed."""

JUDGES = ("nccl", "prove")
"""The verbs whose exit code is a verdict."""

FORESEEN = (CommandError, RealAccountError, SettingsError, StackFileError, WorldError)
"""Errors that say themselves what to do."""

app = typer.Typer(
    name="eks-efa",
    help="EKS for distributed GPU training: EFA node groups and Karpenter, on AWS or in a sandbox here.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    up,
    preview,
    down,
    status,
    scale_out,
    scale,
    scale_in,
    logs,
    prove,
    dashboards,
    migrate_plan,
    migrate,
    adopt_plan,
    existing_cluster,
    check,
    plan,
    plan_diff,
    permissions,
    policies,
    versions,
    bench,
    test,
):
    app.command()(verb)
app.command("help")(show_help)
app.add_typer(aws_auth, name="aws-auth")
app.add_typer(fault, name="fault")
app.add_typer(image, name="image")
app.add_typer(nccl, name="nccl")


def main() -> None:
    """Run the verb that the command line names, then exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a verb; its exit code. A user's mistake is one line on standard error, never a traceback."""
    try:
        app(arguments, prog_name="eks-efa")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if code == INTERRUPTED:
            tell("stopped; what was done is kept: run the same command again to go on")
        return code
    except Exception as error:
        complain(one_line(error))
        return NO_VERDICT if arguments and arguments[0] in JUDGES else 1
    return 0


def one_line(error: Exception) -> str:
    """What to tell the user of an error. One that nobody foresaw is kept whole in a log."""
    if isinstance(error, FORESEEN):
        return str(error)
    if foreseen := cluster_error(error) or aws_error("AWS", error):
        return str(foreseen)
    log = SandboxPaths.from_environment().logs / "eks-efa-errors.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        traceback.print_exception(error, file=file)
    return f"{type(error).__name__}: {error}; this is a fault of eks-efa, details are in {log}"
