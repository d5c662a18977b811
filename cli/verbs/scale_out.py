"""`scale-out`: ask for GPU nodes with pods, and watch Karpenter bring them."""

from typing import Annotated

import typer

from cli import options
from cli.console import tell
from cli.first_nodes import PODS, first_nodes
from cli.scale_deployment import PodShape
from cli.scale_out import scale_to
from cli.stacks import find_stack
from cli.target import open_target

SANDBOX_PODS = 3

Pods = Annotated[
    int | None,
    typer.Option("--pods", min=1, help=f"Pods to run. Default: {SANDBOX_PODS}; on AWS {PODS}, see above."),
]
Gpus = Annotated[
    int | None,
    typer.Option("--gpus", min=0, help=f"GPUs a pod. Default: {PodShape.gpus}; on AWS 1, see above."),
]
Efa = Annotated[
    int | None,
    typer.Option(
        "--efa",
        min=0,
        help=f"EFA interfaces a pod. Default: {PodShape.efa_interfaces}; on AWS 1 or 0, see above.",
    ),
]
Pool = Annotated[str | None, typer.Option("--pool", help="Only nodes of this node group or provisioner.")]


def scale_out(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    pods: Pods = None,
    gpus: Gpus = None,
    efa: Efa = None,
    pool: Pool = None,
    timeout: options.Timeout = None,
) -> None:
    """Run pods that ask for GPUs and EFA interfaces; Karpenter launches the nodes that are missing.

    A stack on AWS, where none of --gpus, --efa and --pool is given, gets 2 pods of 1 GPU on its cheapest
    provisioner, with 1 EFA interface where that has any.
    """
    target, found = open_target(stack, kubeconfig), find_stack(stack)
    if not found.sandbox and (gpus, efa, pool) == (None, None, None):
        first, wanted = first_nodes(found), pods or PODS
        tell(first.told(stack, wanted))
        scale_to(target, wanted, first.shape, timeout)
    else:
        shape = PodShape(
            gpus=PodShape.gpus if gpus is None else gpus,
            efa_interfaces=PodShape.efa_interfaces if efa is None else efa,
            pool=pool,
        )
        scale_to(target, pods or SANDBOX_PODS, shape, timeout)
