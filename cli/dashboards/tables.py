"""Alerts and dashboards as tables for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.dashboards.evaluation import PanelNow
from sandbox.world.prometheus_api import Alert, Rule


def alerts_table(rules: Iterable[Rule], alerts: Sequence[Alert]) -> Table:
    """Every alert with its state; one that holds has a line for each thing it is about."""
    table = Table("Alert", "State", "Because", title="Alerts", title_justify="left")
    table.columns[2].overflow = "fold"
    for name in sorted({rule.name for rule in rules}):
        holding = [alert for alert in alerts if alert.name == name]
        for alert in holding:
            state = "[bold red]firing[/]" if alert.firing else "[yellow]holds, not for long enough[/]"
            table.add_row(name, state, escape(alert.summary))
        if not holding:
            table.add_row(name, "quiet", "")
    return table


def dashboard_table(dashboard: Mapping[str, Any], panels: Sequence[PanelNow]) -> RenderableType:
    """A dashboard's panels with their values, or one line where none has any."""
    if not any(panel.text for panel in panels):
        return Text(f"{dashboard['title']}: no data here")
    table = Table("Panel", "Now", title=str(dashboard["title"]), title_justify="left")
    table.columns[1].overflow = "fold"
    for panel in panels:
        table.add_row(escape(panel.title), escape(panel.text) or "-")
    return Group(table)
