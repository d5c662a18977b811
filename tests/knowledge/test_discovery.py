"""Whose a discovery tag is: a stack puts one only where there was none, and knows its own again."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.discovery import DISCOVERY_TAG, TAGGED_BY_TAG, tags_for_discovery

OURS = {TAGGED_BY_TAG: "prod", DISCOVERY_TAG: "train"}

values = st.sampled_from(["train", "prod", "other", ""])
others = st.dictionaries(st.sampled_from(["Name", "team", DISCOVERY_TAG, TAGGED_BY_TAG]), values, max_size=4)


def of_stack(tags: dict[str, str]) -> dict[str, str]:
    return dict(tags_for_discovery(tags, "train", "prod"))


def test_what_nobody_has_tagged_is_tagged_with_our_name_first() -> None:
    assert list(of_stack({"Name": "a"}).items()) == list(OURS.items())


def test_our_own_tags_stay_ours_also_where_a_stack_was_killed_between_the_two() -> None:
    assert of_stack(OURS) == OURS
    assert of_stack({TAGGED_BY_TAG: "prod"}) == OURS


def test_a_tag_of_another_is_theirs_whatever_it_says() -> None:
    assert of_stack({DISCOVERY_TAG: "train"}) == {}
    assert of_stack({DISCOVERY_TAG: "other"}) == {}
    assert of_stack({TAGGED_BY_TAG: "dev", DISCOVERY_TAG: "train"}) == {}


def test_a_tag_that_somebody_has_changed_since_is_theirs() -> None:
    assert of_stack({TAGGED_BY_TAG: "prod", DISCOVERY_TAG: "other"}) == {}


@given(others)
def test_no_tag_of_another_is_ever_written_over(tags: dict[str, str]) -> None:
    put = of_stack(tags)
    assert all(tags.get(key, value) == value for key, value in put.items())


@given(others)
def test_the_second_up_wants_what_the_first_has_put(tags: dict[str, str]) -> None:
    put = of_stack(tags)
    assert of_stack({**tags, **put}) == put
