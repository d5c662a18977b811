"""`fault`: let the sandbox misbehave, to see what Karpenter and this program make of it."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from cli import faults, options
from cli.console import tell
from cli.sandbox_api import emulated_aws, private_api
from cli.verbs.fault_job import job, job_faults_in_force, lift_job_faults
from cli.verbs.fault_nccl import lift_nccl_faults, nccl, nccl_faults_in_force

fault = typer.Typer(no_args_is_help=True, help="Let the sandbox misbehave.")
fault.add_typer(nccl, name="nccl")
fault.add_typer(job, name="job")

InstanceType = Annotated[str, typer.Option("--type", help="Instance type, such as p4d.24xlarge.")]
Zone = Annotated[str, typer.Option(help="Availability zone, such as us-west-2a.")]
CapacityType = Annotated[str, typer.Option(help="on-demand, spot or reserved.")]


@fault.command()
def out_of_capacity(
    instance_type: InstanceType = "*",
    zone: Zone = "*",
    capacity_type: CapacityType = "*",
    stack: options.Stack = "sandbox",
) -> None:
    """Launches fail with InsufficientInstanceCapacity; `*` stands for any."""
    _change(stack, lambda now: faults.out_of_capacity(now, instance_type, zone, capacity_type))


@fault.command()
def launch(
    kind: Annotated[faults.LaunchFault, typer.Argument(help="Why they fail.")],
    instance_type: InstanceType = "*",
    zone: Zone = "*",
    stack: options.Stack = "sandbox",
) -> None:
    """Launches fail for what the account lacks: a quota, the Spot role, addresses, the right to a key."""
    _change(stack, lambda now: faults.refused(now, kind, instance_type, zone))


@fault.command()
def throttle(
    operation: Annotated[str, typer.Argument(help="AWS operation, such as CreateFleet.")],
    times: Annotated[int, typer.Option(min=1, help="How many calls are refused.")] = 3,
    stack: options.Stack = "sandbox",
) -> None:
    """The next calls of an operation are refused as too many."""
    _change(stack, lambda now: faults.throttled(now, operation, times))


@fault.command()
def slow_boot(
    seconds: Annotated[float, typer.Argument(min=0, help="How long an instance stays pending.")],
    stack: options.Stack = "sandbox",
) -> None:
    """Instances take their time; 0 is at once."""
    _change(stack, lambda now: faults.slow_boot(now, seconds))


@fault.command()
def show(stack: options.Stack = "sandbox") -> None:
    """List the faults in force."""
    _change(stack, lambda now: now)


@fault.command()
def clear(stack: options.Stack = "sandbox") -> None:
    """Lift all faults."""

    def all_lifted(_: dict[str, Any]) -> dict[str, Any]:
        lift_nccl_faults()
        lift_job_faults()
        return faults.NO_FAULTS

    _change(stack, all_lifted)


def _change(stack: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    endpoint = emulated_aws(stack)
    now = private_api(endpoint, "GET", "faults")
    wanted = change(now)
    if wanted != now:
        private_api(endpoint, "PUT", "faults", wanted)
    _tell(wanted)


def _tell(of_aws: dict[str, Any]) -> None:
    for line in [*faults.described(of_aws), *nccl_faults_in_force(), *job_faults_in_force()] or ["no faults"]:
        tell(line)
