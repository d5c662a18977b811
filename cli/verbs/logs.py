"""`logs`: what Karpenter decided and why."""

from typing import Annotated

import typer

from cli import options
from cli.karpenter_log import follow_file, pod_log, show_file
from cli.target import open_target


def logs(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what is added.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 200,
) -> None:
    """Show Karpenter's log: its file in the sandbox, its pods' logs elsewhere."""
    target = open_target(stack, kubeconfig)
    if target.karpenter_log is None:
        pod_log(target.cluster, lines, follow=follow)
        return
    show_file(target.karpenter_log, lines)
    if follow:
        follow_file(target.karpenter_log)
