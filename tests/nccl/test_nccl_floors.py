"""The table of published bandwidths, and the floors that follow."""

import pytest

from nccl.floors import PUBLISHED, published_for
from nccl.sizes import human, option


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


def test_an_unknown_type_has_no_figure_and_none_is_guessed_from_its_name() -> None:
    assert published_for("p5en.48xlarge") == ()
    assert published_for("p5.48xlrage") == ()


@pytest.mark.parametrize(
    ("size", "words", "argument"),
    [(0, "0 B", "0"), (1000, "1000 B", "1000"), (1536, "1.5 KiB", "1.5K"), (16 << 30, "16 GiB", "16G")],
)
def test_sizes_read_as_people_write_them(size: int, words: str, argument: str) -> None:
    assert (human(size), option(size)) == (words, argument)
