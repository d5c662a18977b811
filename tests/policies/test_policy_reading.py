from collections.abc import Iterator

import pytest

from policies.reading import UNKNOWN, NotKnownYetError, get, items, known, together, whole_number


def test_what_lies_below_nothing_is_nothing() -> None:
    assert get({"a": {"b": 1}}, "a", "b") == 1
    assert get({"a": {}}, "a", "b", "c") is None
    assert get(None, "a") is None


def test_an_unknown_on_the_way_or_at_the_end_cannot_be_read() -> None:
    for value in ({"a": UNKNOWN}, {"a": {"b": UNKNOWN}}):
        with pytest.raises(NotKnownYetError):
            get(value, "a", "b")


def test_an_unknown_beside_the_way_does_not_matter() -> None:
    assert get({"a": {"b": 1, "c": UNKNOWN}, "d": UNKNOWN}, "a", "b") == 1
    assert get({"a": {"b": UNKNOWN}}, "a") == {"b": UNKNOWN}


def test_one_thing_counts_as_a_list_of_it() -> None:
    assert items({"a": "x"}, "a") == ["x"]
    assert items({"a": ["x", UNKNOWN]}, "a") == ["x", UNKNOWN]
    assert items({}, "a") == []


def test_a_value_is_known_when_all_of_it_is() -> None:
    assert known({"a": [1, {"b": 2}]}) == {"a": [1, {"b": 2}]}
    with pytest.raises(NotKnownYetError):
        known({"a": [1, {"b": UNKNOWN}]})


def test_checks_go_on_after_one_that_cannot_know() -> None:
    def check(value: object) -> Iterator[object]:
        yield get(value)

    assert list(together(check(each) for each in (1, UNKNOWN, 3))) == [1, 3]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (22, 22),
        ("22", 22),
        (22.0, 22),
        (-1, -1),
        ("", None),
        (None, None),
        (1.5, None),
        (True, None),
        ([], None),
    ],
)
def test_a_whole_number_may_be_text_or_come_over_the_wire(value: object, number: int | None) -> None:
    assert whole_number(value) == number
