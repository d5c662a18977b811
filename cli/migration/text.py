"""A plan for people: one line a step, and what to do in the settings once all is moved."""

from collections.abc import Iterator

from rich.markup import escape
from rich.table import Table

from cli.migration.planner import Plan, State
from settings.tree import Settings

STYLES = {State.DONE: "green", State.TO_DO: "cyan", State.REFUSED: "bold red"}


def plan_table(present: Plan) -> Table:
    """The steps; under a refused one, every reason."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "Step", "What"):
        table.add_column(heading, overflow="fold")
    for step in present.steps:
        what = "\n".join([step.what, *(f"refused: {reason}" for reason in step.reasons)])
        table.add_row(f"[{STYLES[step.state]}]{step.state.value}[/]", escape(step.subject), escape(what))
    return table


def what_remains(settings: Settings, stack: str) -> Iterator[str]:
    """What makes the end of a migration last: without it the next `up` brings back what has gone."""
    if settings.has_cluster_autoscaler:
        yield f"pulumi config set autoscaler karpenter -s {stack}"
    for index, group in enumerate(settings.node_groups):
        if group.desired_nodes > group.min_nodes:
            path = f"nodeGroups[{index}].desiredNodes"
            yield f"pulumi config set --path '{path}' {group.min_nodes} -s {stack}"
