"""`status`: what runs, what waits and why."""

import json
from typing import Annotated

import typer

from cli import options
from cli.console import output
from cli.stacks import find_stack
from cli.status import read_status
from cli.tables import status_report


def status(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts; see docs/status.md.")] = False,
) -> None:
    """Show nodes, GPUs, EFA interfaces, Karpenter, and why pods wait."""
    found = read_status(find_stack(stack), kubeconfig)
    if as_json:
        typer.echo(json.dumps(found.document(), indent=2))
    else:
        output.print(status_report(found))
