"""`policies`: what every stack is held against."""

import json
from typing import Annotated

import typer

from cli.console import output
from cli.policies import document, table


def policies(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the policies: level, who else asks for the same, and how to satisfy each."""
    if as_json:
        typer.echo(json.dumps(document(), indent=2))
    else:
        output.print(table())
