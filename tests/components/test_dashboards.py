from typing import Any

import pytest

from components.dashboards import DASHBOARDS
from components.dashboards.karpenter import KARPENTER
from components.dashboards.panels import GRID_WIDTH, Dashboard, Panel, Query, Row, grafana_json
from tests.components.known_metrics import known, metrics_in

each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.uid)


def _panels(dashboard: Dashboard) -> list[dict[str, Any]]:
    return [panel for panel in grafana_json(dashboard)["panels"] if panel["type"] != "row"]


@each_dashboard
def test_every_metric_of_a_dashboard_exists(dashboard: Dashboard) -> None:
    for expression in dashboard.expressions():
        assert metrics_in(expression)
        assert metrics_in(expression) <= known(), expression


@each_dashboard
def test_no_two_panels_lie_on_each_other_and_none_sticks_out(dashboard: Dashboard) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in grafana_json(dashboard)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= GRID_WIDTH
        fields = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not fields & taken
        taken |= fields


@each_dashboard
def test_everything_in_a_dashboard_has_a_number_of_its_own(dashboard: Dashboard) -> None:
    numbers = [panel["id"] for panel in grafana_json(dashboard)["panels"]]
    assert len(set(numbers)) == len(numbers)


@each_dashboard
def test_every_panel_says_what_it_shows_and_asks_the_charts_own_prometheus(dashboard: Dashboard) -> None:
    for panel in _panels(dashboard):
        assert panel["title"]
        assert panel["description"].endswith(".") or panel["description"].endswith("/")
        assert panel["targets"]
        for target in panel["targets"]:
            assert target["datasource"] == {"type": "prometheus", "uid": "prometheus"}


def test_addresses_of_dashboards_differ() -> None:
    assert len({dashboard.uid for dashboard in DASHBOARDS}) == len(DASHBOARDS)


def test_the_karpenter_dashboard_answers_what_people_ask_of_karpenter() -> None:
    assert [row.title for row in KARPENTER.rows] == [
        "Nodes",
        "From pod to running pod",
        "Capacity",
        "Interruption",
        "Disruption",
        "Cost",
    ]


def test_a_panel_that_does_not_fit_beside_the_others_goes_below() -> None:
    panels = tuple(Panel(f"{number}", "It is.", (Query("up", "up"),), width=10) for number in range(3))
    dashboard = Dashboard("u", "t", (Row("r", panels),))
    places = [panel["gridPos"] for panel in _panels(dashboard)]
    assert [(place["x"], place["y"]) for place in places] == [(0, 1), (10, 1), (0, 9)]


def test_what_is_not_chosen_is_everything() -> None:
    (efa,) = (dashboard for dashboard in DASHBOARDS if dashboard.choice)
    (variable,) = grafana_json(efa)["templating"]["list"]
    assert (variable["name"], variable["allValue"], variable["includeAll"]) == ("node", ".*", True)
    assert all("$" not in expression for expression in efa.expressions())
    targets = [target["expr"] for panel in _panels(efa) for target in panel["targets"]]
    assert all('node=~"$node"' in expression for expression in targets)
