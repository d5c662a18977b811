"""The picture of a report: bus bandwidth over message size, every run, and the floor."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from nccl.drawing import FAINT, INK, save, style
from nccl.facts import RECORDED_MARK
from nccl.report import Report, Run
from nccl.sizes import human
from nccl.verdict import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_EFA, _SOCKET, _FLOOR = "#d9480f", "#1c7ed6", "#2b8a3e"
_MORE = ("#7048e8", "#0c8599", "#e64980", "#5c940d")
"""Colours that stay apart for colour-blind readers; EFA and socket always have the same."""
_MARK = "#c2255c"
_LARGEST_SIZE = 2**62
_LARGEST_BANDWIDTH = 1e9
"""In GB/s; far beyond any machine's."""
_VERDICTS = {Outcome.PASS: _FLOOR, Outcome.FAIL: "#c92a2a", Outcome.INCONCLUSIVE: "#b08900"}


def draw(report: Report, folder: Path, name: str = "bus-bandwidth") -> tuple[Path, ...]:
    """Write NAME.png and NAME.svg into the folder; nothing, where no run has a row of data."""
    if not any(_points(run)[0] for run in report.runs):
        return ()
    with style():
        return save(_figure(report), folder, name)


def _figure(report: Report) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5.2), facecolor="white")
    axes = figure.add_axes((0.085, 0.12, 0.80, 0.70))
    ends: list[tuple[float, float, str, str]] = []
    for run, colour in zip(report.runs, _colours(report), strict=True):
        sizes, bandwidths = _points(run)
        if sizes:
            axes.plot(sizes, bandwidths, color=colour, linewidth=2.2, marker="o", markersize=4, zorder=3)
            ends.append((sizes[-1], bandwidths[-1], f"{run.label}\n{bandwidths[-1]:.2f} GB/s", colour))
    _axis(axes, report)
    _floors(axes, report)
    _label_ends(axes, ends)
    _words(figure, report)
    return figure


def _points(run: Run) -> tuple[list[int], list[float]]:
    """Sizes above zero and their bandwidths: the first series and cycle, as in the report's table."""
    found: dict[int, float] = {}
    for row in run.facts.rows:
        half = row.out_of_place
        if half and row.series == run.facts.rows[0].series and _has_room(row.size, half.bus_bandwidth):
            found.setdefault(row.size, half.bus_bandwidth)
    return sorted(found), [found[size] for size in sorted(found)]


def _has_room(size: int, bandwidth: float) -> bool:
    """Whether the axes have room for a point: a garbled row may have any number."""
    return 0 < size <= _LARGEST_SIZE and abs(bandwidth) <= _LARGEST_BANDWIDTH


def _colours(report: Report) -> list[str]:
    more = iter(_MORE * len(report.runs))
    fixed = {"efa": _EFA, "socket": _SOCKET}
    used: set[str] = set()
    colours = []
    for run in report.runs:
        colour = fixed.get(run.expected.provider or run.facts.transport.name or "")
        if colour is None or colour in used:
            colour = next(more)
        used.add(colour)
        colours.append(colour)
    return colours


def _axis(axes: Axes, report: Report) -> None:
    sizes = [size for run in report.runs for size in _points(run)[0]]
    first, last = math.floor(math.log2(min(sizes))), math.ceil(math.log2(max(sizes)))
    stride = max(1, math.ceil((last - first) / 10))
    ticks = [2**power for power in range(last, first - 1, -stride)]
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [human(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(2 ** (first - 0.3), 2 ** (last + 0.3))
    tops = [value for run in report.runs for value in _points(run)[1]]
    tops += [run.floor.floor for run in report.runs if run.floor]
    axes.set_ylim(0, max(*tops, 1e-3) * 1.12)
    axes.grid(axis="y", color="#dee2e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0, pad=6)
    axes.set_xlabel("message size", color=INK, labelpad=8)
    axes.set_ylabel("bus bandwidth, GB/s (out of place)", color=INK, labelpad=8)


def _floors(axes: Axes, report: Report) -> None:
    for floor in dict.fromkeys(run.floor for run in report.runs if run.floor):
        axes.axhline(floor.floor, color=_FLOOR, linewidth=1.4, linestyle=(0, (5, 3)), zorder=2)
        words = (
            f"floor {floor.floor:.2f} GB/s at {human(floor.size)}: 90 % of {floor.bus_bandwidth:g} published"
        )
        axes.plot(floor.size, floor.floor, color=_FLOOR, marker="D", markersize=6, zorder=4)
        axes.annotate(
            words,
            (0.01, floor.floor),
            xycoords=("axes fraction", "data"),
            xytext=(0, 5),
            textcoords="offset points",
            color=_FLOOR,
            fontsize=9,
        )


def _label_ends(axes: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Each line's name at its end instead of a legend, pushed apart where they would touch."""
    room = axes.get_ylim()[1] * 0.11
    lowest = -room / 2  # clear of the sizes below the axis
    for size, bandwidth, words, colour in sorted(ends, key=lambda end: end[1]):
        height = max(bandwidth, lowest + room)
        lowest = height
        axes.annotate(
            words,
            (size, bandwidth),
            xytext=(1.012, height),
            textcoords=("axes fraction", "data"),
            color=colour,
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def _words(figure: Figure, report: Report) -> None:
    facts = [run.facts for run in report.runs]
    names = list(dict.fromkeys(one.collective for one in facts if one.collective))
    names = names or list(
        dict.fromkeys(run.expected.collective for run in report.runs if run.expected.collective)
    )
    expected = report.runs[0].expected
    nodes = len(facts[0].hosts) or expected.nodes
    where = [
        f"{nodes} x {expected.instance_type}" if nodes and expected.instance_type else expected.instance_type,
        f"{facts[0].ranks} ranks" if facts[0].ranks else None,
        f"NCCL {facts[0].versions.nccl}" if facts[0].versions.nccl else None,
        *(f"{one.other} {one.check.reason.split(':')[0]}" for one in report.comparisons if one.gains),
    ]
    title = " and ".join([*names, "bus bandwidth"]) if not names else f"{' and '.join(names)} bus bandwidth"
    figure.text(0.085, 0.925, title, fontsize=15, fontweight="bold", color=INK)
    figure.text(0.085, 0.875, "  ·  ".join(word for word in where if word), fontsize=10, color=FAINT)
    if report.recorded:
        figure.text(0.885, 0.93, RECORDED_MARK, fontsize=11, fontweight="bold", color=_MARK, ha="right")
    colour = _VERDICTS[report.outcome]
    figure.text(0.885, 0.875, str(report.outcome), fontsize=11, fontweight="bold", color=colour, ha="right")
