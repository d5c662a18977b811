"""`scale N`: the same pods, more or fewer of them."""

from typing import Annotated

import typer

from cli import options
from cli.scale_out import scale_to
from cli.target import open_target


def scale(
    pods: Annotated[int, typer.Argument(min=0, help="Pods to run.")],
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    timeout: options.Timeout = None,
) -> None:
    """Set how many pods run; what a pod asks for stays as scale-out set it."""
    scale_to(open_target(stack, kubeconfig), pods, None, timeout)
