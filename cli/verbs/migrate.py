"""`migrate-plan` and `migrate`: from Cluster Autoscaler, or groups sized by hand, to Karpenter."""

from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.console import live_line, output, tell
from cli.errors import CommandError
from cli.migration.groups import connect_aws
from cli.migration.hands import Hands
from cli.migration.move import Migration
from cli.migration.planner import plan
from cli.migration.text import plan_table, what_remains
from cli.stacks import find_stack
from cli.target import Target, open_target
from settings.tenant import TenantSettings
from settings.tree import Settings

Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=1, help="Most seconds for one node. Default: 180 in the sandbox, 1200."),
]


def migrate_plan(stack: options.Stack = "sandbox", kubeconfig: options.Kubeconfig = None) -> None:
    """Show each step of a move to Karpenter, and what would be refused. Exit code 1 if something would."""
    _, _, hands = _open(stack, kubeconfig)
    present = plan(hands.look())
    output.print(plan_table(present))
    if present.refused:
        raise typer.Exit(1)


def migrate(
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    timeout: Timeout = None,
    partly: Annotated[
        bool, typer.Option("--partly", help="Pass over nodes whose pods may not go, and move the rest.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Stop moving: open closed nodes, start Cluster Autoscaler again.")
    ] = False,
) -> None:
    """Move the pods of the stack's node groups to Karpenter, and shrink the groups to their minimum.

    Can be stopped at any time; run it again to go on.
    """
    settings, target, hands = _open(stack, kubeconfig)
    if back:
        _go_back(hands)
        return
    with live_line() as show:
        left = Migration(hands, tell, timeout or target.patience_seconds, show).run(partly=partly)
    output.print(plan_table(left))
    if left.refused:
        raise typer.Exit(1)
    if left.unfinished:
        tell("not all has moved yet: run it again once the nodes have come or gone")
        raise typer.Exit(1)
    if remaining := [*what_remains(settings, stack)]:
        tell(f"moved; to make it last: {' && '.join(remaining)} && make up STACK={stack}")
    else:
        tell("moved; the settings say the same already")


def _open(stack: str, kubeconfig: Path | None) -> tuple[Settings, Target, Hands]:
    found = find_stack(stack)
    settings = found.examine()
    if isinstance(settings, TenantSettings):
        what = "lives on a platform, and has no node group of its own"
        raise CommandError(f"stack {stack}", what, f"migrate the platform's stack: {settings.platform}")
    target = open_target(stack, kubeconfig)
    return settings, target, Hands(stack, settings, target.cluster, connect_aws(found, target))


def _go_back(hands: Hands) -> None:
    for node in (node for group in hands.look().groups for node in group.nodes if node.marked):
        hands.undo(node)
        tell(f"{node.name} takes pods again")
    replicas = hands.start_cluster_autoscaler()
    if replicas is not None:
        tell(f"Cluster Autoscaler has {replicas} replicas again")
    tell("what was moved stays with Karpenter; to leave it: set autoscaler: cluster-autoscaler, then make up")
