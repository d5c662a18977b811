"""`help`: the verbs, as `--help` lists them."""

import typer


def show_help(context: typer.Context) -> None:
    """List the verbs."""
    if context.parent is not None:
        typer.echo(context.parent.get_help())
