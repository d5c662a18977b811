"""What the picture says, read from the words that matplotlib leaves as comments in the SVG."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from nccl.facts import RECORDED_MARK, Measurement
from nccl.picture import draw
from nccl.report import report_on
from nccl.verdict import Outcome
from tests.nccl.draw_picture import ASKED, PAIRS, PICTURE, draw_into, pairs_into, pairs_report
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

EFA_COLOUR, SOCKET_COLOUR = "#d9480f", "#1c7ed6"


def words_of(picture: Path) -> list[str]:
    return re.findall(r"<!-- (.*?) -->", picture.read_text())


def test_it_shows_both_runs_the_floor_the_gain_the_verdict_and_that_it_is_recorded(tmp_path: Path) -> None:
    words = words_of(draw_into(tmp_path))
    assert {"all_reduce bus bandwidth", RECORDED_MARK, "PASS", "message size"} <= set(words)
    assert {"efa", "2.83 GB/s", "socket", "2.00 GB/s"} <= set(words)
    assert "floor 2.55 GB/s at 1 GiB: 90 % of 2.83 published" in words
    assert any("efa 1.42 times the socket at 1 GiB" in text for text in words)


def test_the_picture_in_readme_says_what_the_recordings_say(tmp_path: Path) -> None:
    """Draw it anew with `python -m tests.nccl.draw_picture`."""
    assert words_of(PICTURE) == words_of(draw_into(tmp_path))
    assert RECORDED_MARK in words_of(PICTURE)
    readme = (PICTURE.parents[1] / "README.md").read_text()
    assert re.search(rf"!\[[^\]]*{RECORDED_MARK}\]\(docs/{PICTURE.name}\)", readme)


def test_the_heat_map_in_the_documents_names_the_slow_node(tmp_path: Path) -> None:
    assert words_of(PAIRS) == words_of(pairs_into(tmp_path))
    assert RECORDED_MARK in words_of(PAIRS)
    assert pairs_report().reasons[0].startswith("node node-03: ")


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        ("all_reduce-efa-socket-fallback.log", Outcome.FAIL),
        ("all_reduce-efa-truncated.log", Outcome.INCONCLUSIVE),
    ],
)
def test_a_bad_verdict_stands_in_the_picture(log: str, outcome: Outcome, tmp_path: Path) -> None:
    _, picture = draw(report_on([SEED_EFA.with_name(log)], ASKED, SEED_SOCKET), tmp_path)
    assert str(outcome) in words_of(picture)


def test_a_run_that_asked_for_efa_has_efas_colour_though_it_fell_back_to_tcp(tmp_path: Path) -> None:
    fell_back = SEED_EFA.with_name("all_reduce-efa-socket-fallback.log")
    _, picture = draw(report_on([fell_back], replace(ASKED, instance_type=None), SEED_SOCKET), tmp_path)
    drawn = picture.read_text()
    assert f"stroke: {EFA_COLOUR}" in drawn
    assert f"stroke: {SOCKET_COLOUR}" in drawn


@pytest.mark.parametrize(("size", "bandwidth"), [(-8, 2.0), (9_999_999_999_999_999_999, 2.0), (16, 1.7e308)])
def test_a_row_with_numbers_beyond_every_axis_is_left_out(
    size: int, bandwidth: float, tmp_path: Path
) -> None:
    whole = report_on([SEED_EFA], ASKED)
    (run,) = whole.runs
    half = Measurement(1.0, bandwidth, bandwidth, wrong=0)
    garbled = replace(run.facts.rows[0], size=size, out_of_place=half)
    facts = replace(run.facts, rows=(garbled, *run.facts.rows))
    strange = replace(whole, runs=(replace(run, facts=facts),))
    pictures = [draw(report, tmp_path, name)[1] for name, report in (("a", whole), ("b", strange))]
    assert words_of(pictures[0]) == words_of(pictures[1])
