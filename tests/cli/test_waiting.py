from collections.abc import Iterator

import pytest

from cli.waiting import HOPELESS_AFTER_SECONDS, Ending, wait_until
from tests.cli.fake_clock import FakeClock


def counting() -> Iterator[int]:
    seen = 0
    while True:
        yield seen
        seen += 1


def test_what_is_done_at_the_first_look_takes_no_time() -> None:
    clock = FakeClock()
    waited = wait_until(lambda: "done", lambda seen: seen == "done", patience_seconds=10, clock=clock)
    assert (waited.ending, waited.seconds, clock.seconds) == (Ending.DONE, 0.0, 0.0)


def test_the_wait_ends_with_the_look_that_is_done() -> None:
    numbers = counting()
    waited = wait_until(
        lambda: next(numbers), lambda n: n == 3, patience_seconds=10, clock=FakeClock(), poll_seconds=1
    )
    assert (waited.ending, waited.last, waited.seconds) == (Ending.DONE, 3, 3.0)


@pytest.mark.parametrize("patience", [0.1, 5, 900])
def test_patience_ends_every_wait(patience: float) -> None:
    clock = FakeClock()
    waited = wait_until(lambda: None, lambda _: False, patience_seconds=patience, clock=clock)
    assert waited.ending is Ending.OUT_OF_PATIENCE
    assert patience <= waited.seconds <= patience + 0.5


def test_a_final_reason_is_believed_once_it_has_stood_for_a_while() -> None:
    waited = wait_until(
        lambda: "no such node",
        lambda _: False,
        is_hopeless=lambda _: True,
        patience_seconds=900,
        clock=FakeClock(),
    )
    assert waited.ending is Ending.HOPELESS
    assert waited.seconds == pytest.approx(HOPELESS_AFTER_SECONDS)


def test_a_final_reason_that_is_taken_back_is_not_believed() -> None:
    numbers = counting()
    waited = wait_until(
        lambda: next(numbers),
        lambda n: n == 50,
        is_hopeless=lambda n: n % 20 != 0,
        patience_seconds=900,
        clock=FakeClock(),
    )
    assert waited.ending is Ending.DONE


def test_every_look_is_shown_with_the_seconds_so_far() -> None:
    numbers, shown = counting(), list[tuple[int, float]]()
    wait_until(
        lambda: next(numbers),
        lambda n: n == 2,
        patience_seconds=10,
        show=lambda n, seconds: shown.append((n, seconds)),
        clock=FakeClock(),
        poll_seconds=0.5,
    )
    assert shown == [(0, 0.0), (1, 0.5), (2, 1.0)]
