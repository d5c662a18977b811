"""What a dashboard is made of, and its form in Grafana.

The JSON is Grafana's classic dashboard model
(https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/),
which every release provisions from a file. Only what is set here is in it; Grafana fills in the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
"""As kube-prometheus-stack provisions it: values `grafana.sidecar.datasources.uid`."""

SCHEMA_VERSION = 39
"""Of Grafana 10.4; newer releases migrate it as they load it."""

GRID_WIDTH = 24
"""Columns of Grafana's grid."""

PANEL_HEIGHT = 8

Unit = Literal[
    "short", "s", "bytes", "Bps", "percent", "percentunit", "celsius", "watt", "currencyUSD", "none"
]
"""Grafana's own names (packages/grafana-data/src/valueFormats/categories.ts)."""


@dataclass(frozen=True)
class Query:
    """An expression, and what its series are called: text with `{{label}}` in it."""

    expression: str
    legend: str


@dataclass(frozen=True)
class Panel:
    """One picture; `description` says what a good and a bad one look like."""

    title: str
    description: str
    queries: tuple[Query, ...]
    unit: Unit = "short"
    kind: Literal["timeseries", "stat"] = "timeseries"
    width: int = 8
    """In columns of the grid; panels are put side by side as long as they fit."""


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Choice:
    """A variable of a dashboard: values of a label, all of them unless one is chosen."""

    name: str
    label_of: str
    """The metric whose label it is; the label has the variable's name."""


@dataclass(frozen=True)
class Dashboard:
    """One dashboard. Its uid is part of its address, so it never changes."""

    uid: str
    title: str
    rows: tuple[Row, ...]
    choice: Choice | None = None

    @property
    def panels(self) -> Iterator[Panel]:
        """Every panel, in order."""
        for row in self.rows:
            yield from row.panels

    def expressions(self) -> Iterator[str]:
        """Every expression as Prometheus gets it where nothing is chosen."""
        for panel in self.panels:
            for query in panel.queries:
                yield (
                    query.expression.replace(f"${self.choice.name}", ".*")
                    if self.choice
                    else query.expression
                )


def grafana_json(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana reads it from a file."""
    choices = [_variable(dashboard.choice)] if dashboard.choice else []
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["eks-efa"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": choices},
        "panels": list(_placed(dashboard)),
    }


def _placed(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    """Every heading and panel, numbered, from left to right and down the page."""
    number, top = 0, 0
    for row in dashboard.rows:
        number += 1
        yield {
            "id": number,
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "panels": [],
            "gridPos": {"x": 0, "y": top, "w": GRID_WIDTH, "h": 1},
        }
        top, left = top + 1, 0
        for panel in row.panels:
            if left + panel.width > GRID_WIDTH:
                top, left = top + PANEL_HEIGHT, 0
            number += 1
            yield {
                "id": number,
                "gridPos": {"x": left, "y": top, "w": panel.width, "h": PANEL_HEIGHT},
                **_panel(panel),
            }
            left += panel.width
        top += PANEL_HEIGHT


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": DATASOURCE,
                "expr": query.expression,
                "legendFormat": query.legend,
            }
            for index, query in enumerate(panel.queries)
        ],
    }


def _variable(choice: Choice) -> dict[str, Any]:
    return {
        "name": choice.name,
        "type": "query",
        "datasource": DATASOURCE,
        "query": f"label_values({choice.label_of}, {choice.name})",
        "refresh": 2,
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "current": {"text": "All", "value": "$__all"},
    }
