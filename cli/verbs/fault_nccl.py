"""`fault nccl`: what goes wrong with NCCL tests in the sandbox."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from cli import options
from cli.console import tell
from cli.errors import CommandError
from cli.faults import NCCL_WORDS, described_nccl
from cli.sandbox_api import emulated_aws
from sandbox.paths import SandboxPaths
from sandbox.world.mpi import slow
from sandbox.world.mpi.fault import NcclFault, in_force, lift, order

nccl = typer.Typer(no_args_is_help=True, help="NCCL tests over EFA go wrong.")

Node = Annotated[str, typer.Argument(help="Name of a node in Kubernetes.")]


def _ordering(kind: NcclFault) -> Callable[..., None]:
    def verb(stack: options.Stack = "sandbox") -> None:
        emulated_aws(stack)
        order(SandboxPaths.from_environment(), kind)
        _tell()

    return verb


for each in NcclFault:
    nccl.command(str(each), help=NCCL_WORDS[each])(_ordering(each))


@nccl.command()
def slow_node(node: Node, stack: options.Stack = "sandbox") -> None:
    """A node is slow with everybody; several may be."""
    _slow_down(stack, [node])


@nccl.command()
def slow_link(one: Node, other: Node, stack: options.Stack = "sandbox") -> None:
    """Two nodes are slow with each other, and with nobody else."""
    if one == other:
        raise CommandError("slow-link", f"{one} twice is no link", "name two nodes")
    _slow_down(stack, [one, other])


def nccl_faults_in_force() -> list[str]:
    """Each as a line."""
    paths = SandboxPaths.from_environment()
    return described_nccl(in_force(paths), slow.in_force(paths))


def lift_nccl_faults() -> None:
    """From now on, none."""
    paths = SandboxPaths.from_environment()
    lift(paths)
    slow.lift(paths)


def _slow_down(stack: str, nodes: Sequence[str]) -> None:
    emulated_aws(stack)
    slow.slow_down(SandboxPaths.from_environment(), nodes)
    _tell()


def _tell() -> None:
    for line in nccl_faults_in_force():
        tell(line)
