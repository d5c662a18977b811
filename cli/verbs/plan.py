"""`plan`: what the program asks for, without an account and without Pulumi's engine."""

import json
from typing import Annotated

import typer

from cli import options
from cli.console import tell
from cli.errors import CommandError
from cli.plans import plans_of
from cli.prices import PriceSource, priced
from cli.stacks import find_stack
from plan.text import document, yaml_text


def plan(
    stack: options.Stack = "sandbox",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of YAML.")] = False,
    source: Annotated[
        PriceSource, typer.Option("--prices", help="The dated list in here, or AWS's Pricing API.")
    ] = PriceSource.LIST,
) -> None:
    """Print every resource that the program asks for, with its inputs, and what the stack costs by the hour.

    No account and no engine are needed. It says what the program asks for, not what AWS holds. Exit code 1 if
    the policy pack would stop a deployment.
    """
    found = find_stack(stack)
    planned = plans_of([found.name])[found.name]
    if isinstance(planned, str):
        raise CommandError(f"stack {stack}", f"cannot be planned: {planned}", "mend that, then run it again")
    bill = priced(planned, source)
    for warning in (*planned.warnings, *planned.doubts):
        tell(f"warning: {warning}")
    for violation in planned.violations:
        tell(f"policy: {violation}")
    if as_json:
        typer.echo(json.dumps(document(planned, bill), indent=2, ensure_ascii=False))
    else:
        typer.echo(yaml_text(planned, bill), nl=False)
    if any(violation.level == "mandatory" for violation in planned.violations):
        raise typer.Exit(1)
