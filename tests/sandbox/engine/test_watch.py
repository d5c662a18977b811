import pytest

from sandbox.engine.events import Event, changes, summary
from sandbox.engine.plan import Action
from sandbox.engine.watch import Watch
from sandbox.engine.world import PROGRESS


def test_the_first_failure_is_the_one_that_is_told_in_the_end() -> None:
    watch = Watch(lambda event: None)
    watch.failed("t", "a", "broken; mend it")
    watch.failed("t", "b", "cut off by a")
    assert watch.failure == "t a: broken; mend it"


def test_work_is_told_from_beginning_to_end_with_its_progress() -> None:
    events: list[Event] = []
    watch = Watch(events.append, total=3)
    with watch.working(Action.CREATE, "t", "a", "size"):
        progress = PROGRESS.get()
        assert progress is not None
        progress("waiting for b")
    assert [(event.kind, event.name, event.detail) for event in events] == [
        ("started", "a", "size"),
        ("progress", "a", "waiting for b"),
        ("finished", "a", "size"),
    ]
    assert (events[-1].finished, events[-1].total) == (1, 3)
    assert PROGRESS.get() is None


def test_work_that_fails_is_not_counted() -> None:
    watch = Watch(lambda event: None)
    with pytest.raises(KeyError), watch.working(Action.CREATE, "t", "a"):
        raise KeyError
    assert watch.counts.total() == 0


def test_the_total_grows_with_what_nobody_expected() -> None:
    events: list[Event] = []
    watch = Watch(events.append, total=1)
    watch.unchanged("t", "a")
    watch.planned(Action.DELETE, "t", "b", "")
    assert [(event.finished, event.total) for event in events] == [(1, 1), (2, 2)]


def test_every_action_is_in_the_summary() -> None:
    watch = Watch(lambda event: None)
    watch.unchanged("t", "a")
    with watch.working(Action.REPLACE, "t", "b"):
        pass
    with watch.working(Action.DELETE, "t", "b", counted=False):
        pass
    assert summary(watch.counts) == "0 created, 0 updated, 1 replaced, 0 deleted, 1 unchanged"
    assert changes(watch.counts)["replaced"] == 1
