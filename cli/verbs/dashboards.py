"""`dashboards`: how the cluster is doing, in pictures and alerts."""

from typing import Annotated

import typer

from cli import options
from cli.dashboards.grafana import open_grafana
from cli.dashboards.in_sandbox import show_in_sandbox
from cli.target import open_target


def dashboards(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of this machine for Grafana.")] = 3000,
) -> None:
    """Open Grafana; in the sandbox, show what its dashboards and alerts say now."""
    target = open_target(stack, kubeconfig)
    if target.sandbox is None:
        open_grafana(target, stack, port)
    else:
        show_in_sandbox(target, target.sandbox, stack)
