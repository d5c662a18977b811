"""`adopt-plan`: what a stack would add to a cluster that is there already, and what stands in the way."""

from collections import Counter

import typer
from rich.markup import escape
from rich.table import Table

from cli import options
from cli.adoption.clashes import Clash
from cli.adoption.look import adopted_cluster, in_the_way, new_wishes
from cli.adoption.wishes import Wish
from cli.console import output, tell
from cli.stacks import find_stack


def adopt_plan(stack: options.Stack = "existing", kubeconfig: options.Kubeconfig = None) -> None:
    """Show what a stack would add to the cluster that it adopts, and what is in the way.

    Only Kubernetes is looked at, and nothing is changed; `preview` looks at AWS. Exit code 1 if something is
    in the way.
    """
    found = find_stack(stack)
    found.examine()
    cluster = adopted_cluster(found, kubeconfig)
    wishes = new_wishes(found)
    clashes = in_the_way(wishes, cluster)
    output.print(_table(wishes, clashes))
    if clashes:
        tell("nothing was changed; mend that in the settings, or in the cluster")
        raise typer.Exit(1)
    tell(f"nothing is in the way; next: make preview STACK={stack}, make up STACK={stack}")


def _table(wishes: tuple[Wish, ...], clashes: tuple[Clash, ...]) -> Table:
    """A line for each part of the stack, with what is in its way."""
    counts = Counter(wish.part for wish in wishes)
    table = Table("Part", title="What would be added to the cluster", title_justify="left")
    table.add_column("Objects", justify="right")
    table.add_column("In the way", overflow="fold")
    for part in dict.fromkeys([*sorted(counts), *(clash.part for clash in clashes)]):
        theirs = [f"{clash.what}; {clash.cure}" for clash in clashes if clash.part == part]
        told = f"[red]{escape(chr(10).join(theirs))}[/]" if theirs else "[green]nothing[/]"
        table.add_row(part.rpartition(":")[2], str(counts[part]), told)
    return table
