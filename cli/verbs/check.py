"""`check`: are the settings right? Asked of the files alone, without AWS."""

from typing import Annotated

import typer

from cli.console import complain, messages, tell
from cli.plans import plans_of
from cli.settings_check import Verdict, read_alone, verdict_on
from cli.stacks import stack_names


def check(
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", help="Stack to check. Default: every one that has a file.")
    ] = None,
) -> None:
    """Check the settings of one stack, or of all; every fault is named, nothing is changed.

    Each stack is planned too, without an account: instance types, zones and layouts are held against a list
    of one day, and the plan against the policies. What only that list rules out is a warning.
    """
    read = [read_alone(name) for name in ((stack,) if stack is not None else stack_names())]
    planned = [each.name for each in read if each.can_be_planned]
    # Some seconds in which nothing else would be seen; only a terminal shows it.
    with messages.status(f"planning {', '.join(planned)}, without an account"):
        plans = plans_of(planned)
    verdicts = [verdict_on(each, plans.get(each.name)) for each in read]
    for verdict in verdicts:
        _show(verdict)
    if not all(verdict.right for verdict in verdicts):
        raise typer.Exit(1)


def _show(verdict: Verdict) -> None:
    for warning in verdict.warnings:
        tell(f"{verdict.name}: warning: {warning}")
    for problem in verdict.problems:
        complain(f"{verdict.name}: {problem}")
    if not verdict.right:
        return
    later = "what depends on the account is checked by preview and up"
    if verdict.doubtful:
        tell(f"{verdict.name}: no fault is certain; what the list does not have and {later}")
    else:
        tell(f"{verdict.name}: the settings are right; {later}")
