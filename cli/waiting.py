"""Waiting that always ends: when it is done, when it can never be done, or when patience runs out.

The clock comes from outside, so a test of a fifteen-minute wait takes no time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

Observation = TypeVar("Observation")

HOPELESS_AFTER_SECONDS = 12.0
"""How long a final reason must be the last word before it is believed. Karpenter looks at a pending pod again
every 10 s (provisioning/controller.go of sigs.k8s.io/karpenter), and may then think better of it."""


class Clock(Protocol):
    """Seconds that only go forward, and a way to let them pass."""

    def now(self) -> float:
        """Seconds since some fixed moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return once so many seconds have passed."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block for so many seconds."""
        time.sleep(seconds)


class Ending(Enum):
    """Why a wait ended."""

    DONE = "done"
    HOPELESS = "hopeless"
    OUT_OF_PATIENCE = "out of patience"


@dataclass(frozen=True)
class Waited(Generic[Observation]):
    """How a wait ended, what was seen last, and how many seconds it took."""

    ending: Ending
    last: Observation
    seconds: float


def wait_until(
    look: Callable[[], Observation],
    is_done: Callable[[Observation], bool],
    *,
    patience_seconds: float,
    is_hopeless: Callable[[Observation], bool] = lambda _: False,
    show: Callable[[Observation, float], None] = lambda _, __: None,
    clock: Clock | None = None,
    poll_seconds: float = 0.5,
) -> Waited[Observation]:
    """Look until done, hopeless for `HOPELESS_AFTER_SECONDS` without a break, or out of patience.

    `show` gets every observation with the seconds waited so far. At least one look is taken.
    """
    clock = clock or SystemClock()
    start = clock.now()
    hopeless_since: float | None = None
    while True:
        seen = look()
        waited = clock.now() - start
        show(seen, waited)
        if is_done(seen):
            return Waited(Ending.DONE, seen, waited)
        if not is_hopeless(seen):
            hopeless_since = None
        elif hopeless_since is None:
            hopeless_since = clock.now()
        elif clock.now() - hopeless_since >= HOPELESS_AFTER_SECONDS:
            return Waited(Ending.HOPELESS, seen, waited)
        if waited >= patience_seconds:
            return Waited(Ending.OUT_OF_PATIENCE, seen, waited)
        clock.sleep(poll_seconds)
