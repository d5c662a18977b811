"""The table of published bandwidths, and the floors that follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccl.bandwidth import floor_for
from nccl.facts import Facts, Measurement, Row
from nccl.floors import PUBLISHED, Published, published_for
from nccl.sizes import human, option
from nccl.verdict import Expectation


@pytest.mark.parametrize(
    ("instance_type", "size", "floor"),
    [
        ("p4de.24xlarge", 2, 70),
        ("p5.48xlarge", 16, 438),
        ("p6-b200.48xlarge", 16, 339),
        ("p6-b300.48xlarge", 64, 676),
    ],
)
def test_a_floor_is_ninety_percent_of_the_published(instance_type: str, size: int, floor: int) -> None:
    found = {one.size: one.floor for one in published_for(instance_type)}
    assert round(found[size << 30]) == floor


def test_every_figure_has_a_source_and_a_size() -> None:
    assert all(one.source and one.size >= 1 << 30 and one.nodes >= 2 for one in PUBLISHED)
    assert len({(one.instance_type, one.nodes, one.size) for one in PUBLISHED}) == len(PUBLISHED)


def test_what_two_nodes_reach_is_no_floor_for_three() -> None:
    floors = {one.nodes: round(one.floor, 1) for one in published_for("p4d.24xlarge")}
    assert floors == {2: 51.5, 3: 28.6, 4: 26.6}


@given(one=st.sampled_from(PUBLISHED), nodes=st.integers(2, 64))
def test_a_floor_judges_runs_of_its_own_number_of_nodes_and_no_other(one: Published, nodes: int) -> None:
    half = Measurement(1.0, 1.0, 0.1, 0)
    rows = (Row(one.size, one.size // 4, "float", "sum", -1, half, half),)
    asked = Expectation(
        provider="efa", instance_type=one.instance_type, collective=one.collective, nodes=nodes
    )
    chosen = floor_for(Facts(rows=rows), asked)
    if isinstance(chosen, Published):
        assert (chosen.nodes, chosen.size) == (nodes, one.size)
    else:
        assert nodes not in {each.nodes for each in published_for(one.instance_type)}


def test_an_unknown_type_has_no_figure_and_none_is_guessed_from_its_name() -> None:
    assert published_for("p5en.48xlarge") == ()
    assert published_for("p5.48xlrage") == ()


@pytest.mark.parametrize(
    ("size", "words", "argument"),
    [(0, "0 B", "0"), (1000, "1000 B", "1000"), (1536, "1.5 KiB", "1.5K"), (16 << 30, "16 GiB", "16G")],
)
def test_sizes_read_as_people_write_them(size: int, words: str, argument: str) -> None:
    assert (human(size), option(size)) == (words, argument)
