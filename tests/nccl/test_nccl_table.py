"""A row's text as numbers, with and without the header that names its columns."""

import pytest

from nccl.table import Layout, layout_of, parse_row

PLAIN = "8 2 float sum -1 65.00 0.10 0.20 0 65.65 0.30 0.40 3"


def test_a_plain_row_has_two_halves() -> None:
    row = parse_row(PLAIN, None)
    assert row is not None
    assert row.series == ("float", "sum", -1)
    assert [half.bus_bandwidth for half in row.measurements] == [0.2, 0.4]
    assert [half.wrong for half in row.measurements] == [0, 3]


def test_the_old_error_column_is_a_deviation_and_no_count() -> None:
    row = parse_row("8 2 float sum 0 65.00 0.10 0.20 2e-07 65.65 0.30 0.40 0e+00", None)
    assert row is not None
    assert [(half.wrong, half.deviation) for half in row.measurements] == [(None, 2e-07), (None, 0.0)]


def test_a_count_in_millions_has_an_exponent_and_is_still_a_count() -> None:
    row = parse_row(PLAIN.replace("0.40 3", "0.40 1.5e+06"), None)
    assert row is not None
    assert row.in_place is not None
    assert row.in_place.wrong == 1_500_000


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("-1", "-2"),
        PLAIN.replace("-1", "-110"),
        PLAIN + " 7",
        PLAIN.removesuffix(" 3"),
        PLAIN.replace("65.00", "65.0.0"),
        PLAIN.replace("0.40 3", "0.40 inf"),
        PLAIN.replace("8 2", "8 two"),
        "",
    ],
)
def test_a_row_that_is_not_whole_is_no_row(text: str) -> None:
    assert parse_row(text, None) is None


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("# size count type redop root time algbw busbw #wrong time algbw busbw #wrong", Layout()),
        ("# size count type redop root time algbw busbw#wrong time algbw busbw#wrong", Layout()),
        (
            "# size count type redop root cputime algbw busbw #wrong cputime algbw busbw #wrong timestamp",
            Layout(),
        ),
        (
            "# size count type time algbw busbw error time algbw busbw error",
            Layout(("size", "count", "type"), ("time", "algbw", "busbw", "error")),
        ),
        ("# size of the message", None),
        ("# size count type time busbw", None),
    ],
)
def test_the_header_names_the_columns(header: str, layout: Layout | None) -> None:
    assert layout_of(header) == layout


def test_a_layout_that_was_named_is_not_guessed_against() -> None:
    assert parse_row(PLAIN, Layout(half=("time", "algbw", "busbw", "sidebw", "#wrong"))) is None
