"""`existing-cluster`: somebody else's cluster in the sandbox, for a stack to adopt."""

from typing import Annotated

import typer

from cli.errors import CommandError
from cli.existing_cluster import check_existing_cluster, end_existing_cluster, make_existing_cluster


def existing_cluster(
    check: Annotated[
        bool, typer.Option("--check", help="Compare it with what it was when it was made.")
    ] = False,
    down: Annotated[bool, typer.Option("--down", help="Take it away, and end the sandbox.")] = False,
) -> None:
    """Make a cluster in the sandbox as a stranger would have made it, without this program.

    `up --stack existing` adopts it. With `--check`: exit code 0 if it is as it was, in AWS and in Kubernetes,
    else 1 and a line for each difference.
    """
    if check and down:
        raise CommandError("--check --down", "cannot be done at once", "leave one of them out")
    if down:
        end_existing_cluster()
    elif not check:
        make_existing_cluster()
    elif not check_existing_cluster():
        raise typer.Exit(1)
