"""The picture of a test in pairs: node by node, each square the bus bandwidth of two."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from nccl.drawing import FAINT, INK, save, style
from nccl.facts import RECORDED_MARK
from nccl.pairs.report import PairReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLAMED, _MARK, _UNTESTED = "#c92a2a", "#c2255c", "#f1f3f5"
_COLOURS = "cividis"
"""From dark to light in one hue for every kind of eye, and in grey."""
_READABLE = 16
"""Up to so many nodes there is room for a number in each square."""


def draw(report: PairReport, folder: Path, name: str = "pairs") -> tuple[Path, ...]:
    """Write NAME.png and NAME.svg into the folder; nothing, where no pair was measured."""
    if not report.test.bandwidths():
        return ()
    with style():
        return save(_figure(report), folder, name)


def _figure(report: PairReport) -> Figure:
    from matplotlib.figure import Figure

    count = len(report.test.nodes)
    side = min(max(4.5, 0.42 * count), 14)
    figure = Figure(figsize=(side * 1.25, side), facecolor="white")
    axes = figure.add_subplot()
    _squares(figure, axes, report)
    _names(axes, report)
    _words(axes, report)
    return figure


def _squares(figure: Figure, axes: Axes, report: PairReport) -> None:
    from matplotlib import colormaps

    nodes, measured = report.test.nodes, report.test.bandwidths()
    place = {node: index for index, node in enumerate(nodes)}
    grid = [[math.nan] * len(nodes) for _ in nodes]
    for (one, other), bandwidth in measured.items():
        grid[place[one]][place[other]] = grid[place[other]][place[one]] = bandwidth
    colours = colormaps[_COLOURS].with_extremes(bad=_UNTESTED)
    top = max(measured.values())
    image = axes.imshow(grid, cmap=colours, vmin=0, vmax=top)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, label="bus bandwidth, GB/s")
    bar.outline.set_visible(False)
    if report.blame.scale:
        bar.ax.axhline(report.blame.scale.threshold, color=_BLAMED, linewidth=1.5)
    if len(nodes) <= _READABLE:
        for (one, other), bandwidth in measured.items():
            colour = INK if bandwidth > top / 2 else "white"
            for row, column in ((place[one], place[other]), (place[other], place[one])):
                axes.text(column, row, f"{bandwidth:.3g}", color=colour, ha="center", va="center", fontsize=8)
    for result in report.test.cut_off():
        ends = [place[node] for node in result.pair]
        axes.plot(ends, ends[::-1], linestyle="", marker="x", color=_BLAMED)


def _names(axes: Axes, report: PairReport) -> None:
    nodes = report.test.nodes
    blamed = {node for finding in report.findings for node in finding.nodes}
    size = 9 if len(nodes) <= _READABLE else 6
    axes.set_xticks(range(len(nodes)), nodes, rotation=90, fontsize=size)
    axes.set_yticks(range(len(nodes)), nodes, fontsize=size)
    axes.tick_params(length=0, colors=INK)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        if label.get_text() in blamed:
            label.set(color=_BLAMED, fontweight="bold")
    for spine in axes.spines.values():
        spine.set_visible(False)


def _words(axes: Axes, report: PairReport) -> None:
    what = f"{len(report.test.nodes)} x {report.instance_type or report.pool}, {report.collective}, in pairs"
    axes.set_title(what, loc="left", color=INK, fontsize=13, fontweight="bold", pad=26)
    slow = (
        f"  ·  slow is below {report.blame.scale.threshold:.4g} GB/s (red line)" if report.blame.scale else ""
    )
    _line(axes, f"{report.outcome}{slow}", 10, FAINT)
    if report.recorded:
        _line(axes, RECORDED_MARK, 46, _MARK)


def _line(axes: Axes, text: str, above: int, colour: str) -> None:
    """A line so many points above the squares."""
    axes.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, above),
        textcoords="offset points",
        color=colour,
        fontsize=10,
    )
