import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from cli.dashboards.evaluation import MOST_SERIES, in_unit, named, panels_now, shortened
from components.dashboards import DASHBOARDS
from components.dashboards.panels import grafana_json
from sandbox.world.prometheus_api import Sample


def board(*targets: tuple[str, str], unit: str = "short") -> dict[str, Any]:
    """A dashboard with one heading and one panel."""
    panel = {
        "type": "timeseries",
        "title": "Nodes",
        "fieldConfig": {"defaults": {"unit": unit}},
        "targets": [{"expr": expression, "legendFormat": legend} for expression, legend in targets],
    }
    return {
        "title": "A board",
        "templating": {"list": [{"name": "node", "allValue": ".*"}]},
        "panels": [{"type": "row", "title": "Heading"}, panel],
    }


def answering(answers: Mapping[str, Sequence[Sample]]) -> Any:
    return lambda expression: answers.get(expression, [])


def test_a_panel_shows_every_series_by_its_legend() -> None:
    answers = {
        "a": [Sample({"pool": "p5"}, 2), Sample({"pool": "p4d"}, 1)],
        "b": [Sample({}, 3)],
    }
    (panel,) = panels_now(board(("a", "{{pool}} now"), ("b", "limit")), answering(answers))
    assert (panel.title, panel.text) == ("Nodes", "limit 3, p4d now 1, p5 now 2")


def test_nothing_is_chosen_in_a_variable() -> None:
    answers = {'up{node=~".*"}': [Sample({"node": "n1"}, 1)]}
    (panel,) = panels_now(board(('up{node=~"$node"}', "{{node}}")), answering(answers))
    assert panel.text == "n1 1"


@pytest.mark.parametrize("samples", [[], [Sample({}, float("nan"))]])
def test_a_panel_without_a_number_shows_nothing(samples: list[Sample]) -> None:
    (panel,) = panels_now(board(("a", "x")), answering({"a": samples}))
    assert panel.text == ""


def test_a_label_that_a_series_lacks_is_left_out_of_its_name() -> None:
    assert named("{{zone}} {{ capacity_type }}", {"zone": "us-west-2a"}) == "us-west-2a"


def test_many_series_are_cut_and_counted() -> None:
    text = shortened(f"n{number}" for number in range(MOST_SERIES + 3))
    assert text.startswith("n0, n1, ")
    assert text.endswith("and 3 more")
    assert shortened(["b", "a"]) == "a, b"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "short", "0"),
        (3.14159, "s", "3.14 s"),
        (487.1e9, "Bps", "487 GB/s"),
        (0.0167, "percentunit", "1.67 %"),
        (99.5, "percent", "99.5 %"),
        (43.915284, "currencyUSD", "43.9 $"),
        (1234, "none", "1234"),
        (0.0001, "short", "0.0001"),
    ],
)
def test_numbers_have_their_unit_and_no_more_digits_than_count(value: float, unit: str, text: str) -> None:
    assert in_unit(value, unit) == text


def test_every_unit_of_a_real_dashboard_is_read() -> None:
    for dashboard in DASHBOARDS:
        model = json.loads(json.dumps(grafana_json(dashboard)))
        panels = panels_now(model, lambda expression: [Sample({"nodepool": "p5"}, 0.5)])
        assert len(panels) == len(list(dashboard.panels))
        assert all(panel.text for panel in panels)
