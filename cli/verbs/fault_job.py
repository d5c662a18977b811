"""`fault job`: what training jobs in the sandbox go over instead of EFA."""

from collections.abc import Callable

import typer

from cli import options
from cli.console import tell
from cli.faults import JOB_WORDS, described_jobs
from cli.sandbox_api import emulated_aws
from sandbox.paths import SandboxPaths
from sandbox.world.jobs.fault import JobFault, in_force, lift, order

job = typer.Typer(no_args_is_help=True, help="Training jobs do not go over EFA.")


def _ordering(kind: JobFault) -> Callable[..., None]:
    def verb(stack: options.Stack = "sandbox") -> None:
        emulated_aws(stack)
        order(SandboxPaths.from_environment(), kind)
        for line in job_faults_in_force():
            tell(line)

    return verb


for each in JobFault:
    job.command(str(each), help=JOB_WORDS[each])(_ordering(each))


def job_faults_in_force() -> list[str]:
    """Each as a line."""
    return described_jobs(in_force(SandboxPaths.from_environment()))


def lift_job_faults() -> None:
    """From now on, none."""
    lift(SandboxPaths.from_environment())
