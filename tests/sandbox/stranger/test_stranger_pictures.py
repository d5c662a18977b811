"""Two pictures are compared thing by thing, and a difference is told where it is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.stranger.pictures import Picture, carried_over, differences

PARTS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=2), parts, max_size=3),
    max_leaves=8,
)
PICTURES = st.dictionaries(st.text(max_size=2), PARTS, max_size=4)


def test_things_that_came_and_went_are_named() -> None:
    before: Picture = {"queue old": {}, "role same": {}}
    now: Picture = {"role same": {}, "subnet subnet-1": {"Tags": {"Name": "web-a"}}}
    assert differences(before, now) == ["missing  queue old", "added    subnet subnet-1 (web-a)"]


def test_a_change_is_told_by_its_place() -> None:
    before = {"subnet s": {"Tags": {"a": "1", "b": "2"}, "State": "available"}}
    now = {"subnet s": {"Tags": {"a": "1", "c": "3"}, "State": "gone"}}
    assert differences(before, now) == [
        "changed  subnet s: State: available is now gone",
        "changed  subnet s: Tags.b: missing 2",
        "changed  subnet s: Tags.c: added 3",
    ]


def test_lists_are_compared_item_by_item() -> None:
    before = {"role r": {"rules": [{"verb": "get"}, {"verb": "list"}]}}
    now = {"role r": {"rules": [{"verb": "list"}, {"verb": "watch"}]}}
    assert differences(before, now) == [
        'changed  role r: rules: added {"verb": "watch"}',
        'changed  role r: rules: missing {"verb": "get"}',
    ]
    assert differences({"r": {"x": [1, 2]}}, {"r": {"x": [2, 1]}}) == ["changed  r: x: [1, 2] is now [2, 1]"]
    assert differences({"r": {"x": [1]}}, {"r": {"x": [1, 1]}}) == ["changed  r: x: [1] is now [1, 1]"]


@given(PICTURES, PICTURES)
def test_pictures_differ_where_a_line_says_so_and_nowhere_else(before: Picture, now: Picture) -> None:
    assert (differences(before, now) == []) == (before == now)


@given(PICTURES, PICTURES)
def test_what_was_made_is_carried_over_into_the_kept_picture(before: Picture, now: Picture) -> None:
    assert carried_over(before, before, now) == now


def test_what_happened_besides_is_not_carried_over() -> None:
    kept = {"addon": "v1", "subnet": "untagged"}
    before = {"subnet": "tagged", "queue": "somebody's"}
    now = {"addon": "v1", "subnet": "tagged", "queue": "somebody's"}
    assert carried_over(kept, before, now) == kept
