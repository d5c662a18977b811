"""`bench`: how fast plans are, held against their bounds."""

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.benchmark import Measure, measures
from cli.console import output, tell


def bench(
    runs: Annotated[int, typer.Option("--runs", min=1, help="How often each is measured.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure how long plans with policies take, from a cold process on. Exit code 1 if a bound is missed.

    The ratio is to Pulumi's own mocks with as many resources, which is the least that any plan could take.
    """
    busy = os.getloadavg()[0]
    if busy > 1:
        tell(f"the machine is busy (load {busy:.1f}), so it will take longer than the bounds are meant for")
    found = list(measures(runs))
    if as_json:
        typer.echo(json.dumps([_document(each) for each in found], indent=2))
    else:
        output.print(_table(found))
    if not all(each.within for each in found):
        raise typer.Exit(1)


def _document(measure: Measure) -> dict[str, object]:
    return {
        **asdict(measure),
        "median": round(measure.median, 3),
        "ratio": round(measure.ratio, 2),
        "within": measure.within,
    }


def _table(found: list[Measure]) -> Table:
    table = Table("Measure", title="Plans, with policies", title_justify="left")
    for heading in ("Resources", "Median", "Bound", "Bare mocks", "Ratio", "Verdict"):
        table.add_column(heading, justify="right")
    for each in found:
        verdict = "[green]within[/]" if each.within else "[red]too slow[/]"
        seconds = (f"{value:.2f} s" for value in (each.median, each.bound, each.floor))
        table.add_row(each.name, str(each.resources), *seconds, f"{each.ratio:.2f}", verdict)
    return table
