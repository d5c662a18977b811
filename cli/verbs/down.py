"""`down`: undo `up`."""

from typing import Annotated

import typer

from cli import options
from cli.aws_down import down_on_aws
from cli.errors import CommandError
from cli.sandbox_stack import down_in_sandbox
from cli.stacks import find_stack


def down(
    stack: options.Stack = "sandbox",
    now: Annotated[
        bool, typer.Option("--now", help="Sandbox only: end its processes, with all that is in them.")
    ] = False,
    force_drain: Annotated[
        bool,
        typer.Option("--force-drain", help="End pods that Karpenter may not move, a minute after it begins."),
    ] = False,
) -> None:
    """Take the stack away, nodes and pods included; Karpenter drains its nodes first."""
    found = find_stack(stack)
    if found.sandbox:
        down_in_sandbox(found, now=now, force_drain=force_drain)
    elif now:
        raise CommandError("--now", f"stack {stack} is on AWS", "leave it out: down goes in order")
    else:
        down_on_aws(found, force_drain=force_drain)
