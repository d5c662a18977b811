"""`permissions`: what whoever deploys a stack must be allowed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.console import tell
from cli.permissions import ANY, policies_of, write
from cli.stacks import find_stack


def permissions(
    stack: options.Stack = "sandbox",
    account: Annotated[
        str, typer.Option("--account", metavar="ID", help="Twelve digits of the AWS account. Default: any.")
    ] = ANY,
    directory: Annotated[
        Path | None, typer.Option("--directory", help="Write a file for each policy into this folder.")
    ] = None,
) -> None:
    """Print the IAM policies of whoever deploys the stack, from what the program registers; offline."""
    policies = policies_of(find_stack(stack), account)
    if directory is None:
        typer.echo(json.dumps(policies, indent=2))
        return
    for file in write(policies, directory, stack):
        tell(f"aws iam create-policy --policy-name {file.stem} --policy-document file://{file}")
    tell(f"next: attach the {len(policies)} policies to the role that deploys {stack}")
