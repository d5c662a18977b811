"""`plan-diff`: what a change of the program or of its settings means, stack by stack."""

from typing import Annotated

import typer
from rich.text import Text

from cli.console import output
from plan.diff import StackDiff, cost_line, headline, lines
from plan.markdown import comment

STYLES = {"+": "green", "-": "red", "!": "yellow"}
"""By the first character of a line."""


def plan_diff(
    base: Annotated[
        str, typer.Option("--base", envvar="BASE", help="Commit, branch or tag to compare with.")
    ] = "origin/main",
    stack: Annotated[
        str | None,
        typer.Option("--stack", "-s", help="Only this stack. Default: every one of either revision."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a comment for a pull request.")] = False,
) -> None:
    """Compare what the program asks for with what another revision asks for; your uncommitted changes count.

    No account and no engine are needed. It says what would be asked for, not what AWS holds.
    """
    from cli.plan_diffs import diffs_against  # the engine's handlers take a tenth of a second to import

    found = diffs_against(base, stack)
    if markdown:
        typer.echo(comment(found, base))
        return
    for diff in found:
        _show(diff)


def _show(diff: StackDiff) -> None:
    output.print(Text(headline(diff), style="bold"), soft_wrap=True)
    if diff.comparison is not None:
        for line in lines(diff.comparison):
            output.print(Text(f"  {line}", style=STYLES.get(line[:1], "")), soft_wrap=True)
    for violation in diff.violations:
        output.print(Text(f"  policy: {violation}", style="red"), soft_wrap=True)
    if cost := cost_line(diff):
        output.print(Text(f"  {cost}", style="dim"), soft_wrap=True)
