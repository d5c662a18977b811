"""`versions`: which versions are chosen, and whether they go together."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.console import output
from cli.image import FOLDER
from cli.stacks import find_stack
from cli.version_report import document, judged_image, judged_stack, report, worst
from knowledge.compatibility import Standing

IMAGE = FOLDER / "versions.env"
"""What the NCCL image of this repository is built from."""


def versions(
    stack: options.Stack = "sandbox",
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE", help="Version file of an image of your own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the versions of a stack and of the NCCL image, and whether they are known to go together.

    Exit code 1 if some are unsupported, 0 if they are supported or untested.
    """
    judged = list(judged_stack(find_stack(stack)))
    if image is not None:
        judged.append(judged_image(image, str(image)))
    else:
        judged.append(judged_image(IMAGE, "NCCL image"))
    if as_json:
        typer.echo(json.dumps(document(judged), indent=2))
    else:
        output.print(report(judged))
    if worst(judged) is Standing.UNSUPPORTED:
        raise typer.Exit(1)
