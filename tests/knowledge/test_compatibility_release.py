import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.compatibility.release import compare, is_release, minor, newest

NUMBERS = st.lists(st.integers(0, 999), min_size=3, max_size=3).map(tuple)


def written(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


@given(NUMBERS, NUMBERS)
def test_releases_are_compared_as_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    order = (one > other) - (one < other)
    assert compare(written(one), written(other)) == order


@given(NUMBERS, st.sampled_from(["v{}", "{}-1", "v{}-aws", "v{}-eksbuild.4", "{}+cuda12.9", "{}-1.amzn2023"]))
def test_how_a_release_is_spelled_or_packed_is_no_difference(numbers: tuple[int, ...], form: str) -> None:
    assert compare(form.format(written(numbers)), written(numbers)) == 0


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("2.1.0amzn3.0", "2.1.0amzn5.0", -1),
        ("2.1.0amzn5.0", "2.4.0amzn3.0", -1),
        ("2.1", "2.1.0amzn3.0", 0),
        ("1.22.0", "1.22.0amzn4.0", 0),
        ("580.159.03", "580", 0),
        ("575.57.08", "580", -1),
        ("1.100.0", "1.14.1", 1),
    ],
)
def test_releases_are_compared_as_far_as_both_go(one: str, other: str, order: int) -> None:
    assert compare(one, other) == order
    assert compare(other, one) == -order


def test_the_newest_is_by_number_and_not_by_text() -> None:
    assert newest(["2.9.1", "2.10.0", "2.10.0amzn1.0"]) == "2.10.0amzn1.0"
    assert minor("13.0.2") == "13.0"


@pytest.mark.parametrize("text", ["latest", "", "master", "v", "1..2", "a1.2"])
def test_a_word_is_no_release(text: str) -> None:
    assert not is_release(text)
    with pytest.raises(ValueError, match="not a release"):
        compare(text, "1.0")
