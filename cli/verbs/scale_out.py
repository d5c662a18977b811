"""`scale-out`: ask for GPU nodes with pods, and watch Karpenter bring them."""

from typing import Annotated

import typer

from cli import options
from cli.scale_deployment import PodShape
from cli.scale_out import scale_to
from cli.target import open_target

Pods = Annotated[int, typer.Option("--pods", min=1, help="Pods to run.")]
Gpus = Annotated[int, typer.Option("--gpus", min=0, help="GPUs a pod.")]
Efa = Annotated[int, typer.Option("--efa", min=0, help="EFA interfaces a pod.")]
Pool = Annotated[str | None, typer.Option("--pool", help="Only nodes of this node group or provisioner.")]


def scale_out(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    pods: Pods = 3,
    gpus: Gpus = 8,
    efa: Efa = 4,
    pool: Pool = None,
    timeout: options.Timeout = None,
) -> None:
    """Run pods that ask for GPUs and EFA interfaces; Karpenter launches the nodes that are missing."""
    scale_to(open_target(stack, kubeconfig), pods, PodShape(gpus, efa, pool), timeout)
