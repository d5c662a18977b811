"""`check`: are the settings right? Asked of the files alone, without AWS."""

from typing import Annotated

import typer

from cli.console import complain, tell
from cli.stacks import find_stack, stack_names
from settings.faults import SettingsError
from settings.stack_file import StackFileError


def check(
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", help="Stack to check. Default: every one that has a file.")
    ] = None,
) -> None:
    """Check the settings of one stack, or of all; every fault is named, nothing is changed."""
    names = (stack,) if stack is not None else stack_names()
    right = [_is_right(name) for name in names]
    if not all(right):
        raise typer.Exit(1)


def _is_right(name: str) -> bool:
    try:
        find_stack(name).examine(warn=lambda warning: tell(f"{name}: warning: {warning}"))
    except (SettingsError, StackFileError) as error:
        complain(f"{name}: {error}")
        return False
    tell(f"{name}: the settings are right; what depends on the account is checked by preview and up")
    return True
