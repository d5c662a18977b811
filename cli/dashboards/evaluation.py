"""The panels of a dashboard as text: each expression's value now, in the panel's own unit."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.world.prometheus_api import Sample

Query = Callable[[str], Sequence[Sample]]
"""Value of an expression now."""

MOST_SERIES = 6
"""Of one panel; a cluster with a hundred nodes has as many."""

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class PanelNow:
    """A panel and what it shows."""

    title: str
    text: str
    """Empty where there is no data."""


def panels_now(dashboard: Mapping[str, Any], query: Query) -> list[PanelNow]:
    """Every panel of a dashboard, given as Grafana's JSON model; nothing is chosen in its variables."""
    chosen = {variable["name"]: variable["allValue"] for variable in dashboard["templating"]["list"]}
    return [_panel(panel, chosen, query) for panel in dashboard["panels"] if panel["type"] != "row"]


def _panel(panel: Mapping[str, Any], chosen: Mapping[str, str], query: Query) -> PanelNow:
    unit = panel["fieldConfig"]["defaults"]["unit"]
    series = [
        f"{named(target['legendFormat'], sample.labels)} {in_unit(sample.value, unit)}"
        for target in panel["targets"]
        for sample in query(_with_choices(target["expr"], chosen))
        if not math.isnan(sample.value)
    ]
    return PanelNow(panel["title"], shortened(series))


def _with_choices(expression: str, chosen: Mapping[str, str]) -> str:
    for name, value in chosen.items():
        expression = expression.replace(f"${name}", value)
    return expression


def named(legend: str, labels: Mapping[str, str]) -> str:
    """A series by Grafana's pattern, such as `{{zone}} {{capacity_type}}`."""
    return _LABEL.sub(lambda found: labels.get(found[1], ""), legend).strip()


def shortened(series: Iterable[str]) -> str:
    """All of them on one line, or the first few and how many more there are."""
    found = sorted(series)
    more = len(found) - MOST_SERIES
    return ", ".join(found[:MOST_SERIES]) + (f", and {more} more" if more > 0 else "")


_UNITS: Mapping[str, tuple[float, str]] = {
    "s": (1, " s"),
    "bytes": (1e-9, " GB"),
    "Bps": (1e-9, " GB/s"),
    "percent": (1, " %"),
    "percentunit": (100, " %"),
    "celsius": (1, " °C"),
    "watt": (1, " W"),
    "currencyUSD": (1, " $"),
}
"""By Grafana's name of a unit: factor and ending."""


def in_unit(value: float, unit: str) -> str:
    """A number as people write it: three digits that count, and its unit."""
    factor, ending = _UNITS.get(unit, (1.0, ""))
    number = value * factor
    text = f"{number:.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"
    return text + ending
