"""Counts what happens in a run and passes it on, one event at a time."""

import dataclasses
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from sandbox.engine.events import Event, Listener
from sandbox.engine.plan import Action
from sandbox.engine.world import PROGRESS


class StoppedError(Exception):
    """A resource has failed, or the run was interrupted: nothing more is made."""


class Watch:
    """Counts and events of one run. Safe for several threads; the listener is called by one at a time."""

    def __init__(self, listener: Listener, total: int = 0) -> None:
        """`total` is the number of resources expected, 0 where it is not known."""
        self._listener = listener
        self._total = total
        self._lock = RLock()
        self.counts: Counter[Action] = Counter()
        self.failure: str | None = None

    def _tell(self, event: Event) -> None:
        with self._lock:
            self._listener(event)

    def _counted(self, action: Action, event: Event) -> None:
        with self._lock:
            self.counts[action] += 1
            done = self.counts.total()
            total = max(done, self._total)
            self._listener(dataclasses.replace(event, action=action, finished=done, total=total))

    def note(self, text: str) -> None:
        """Something about the run as a whole."""
        self._tell(Event("note", text))

    def planned(self, action: Action, type: str, name: str, detail: str) -> None:
        """A preview found what is to be done."""
        self._counted(action, Event("planned", detail, type=type, name=name))

    def unchanged(self, type: str, name: str) -> None:
        """A resource is as it should be."""
        self._counted(Action.SAME, Event("finished", type=type, name=name))

    def fail(self, reason: str) -> None:
        """Remember the first thing that went wrong."""
        with self._lock:
            self.failure = self.failure or reason

    def failed(self, type: str, name: str, reason: str) -> None:
        """A resource could not be made, changed or deleted."""
        self.fail(f"{type} {name}: {reason}")
        self._tell(Event("failed", reason, type=type, name=name))

    def violated(self, type: str, name: str, text: str, *, mandatory: bool) -> None:
        """A policy has something against a resource; only a mandatory one is meant to stop anything."""
        self._tell(Event("violated" if mandatory else "warned", text, type=type, name=name))

    @contextmanager
    def working(
        self, action: Action, type: str, name: str, detail: str = "", *, counted: bool = True
    ) -> Iterator[None]:
        """Around the work on one resource: started, its progress, and finished unless it raises.

        The deletion of what was replaced is not `counted`: the replacement was.
        """
        begin = time.monotonic()

        def progress(text: str) -> None:
            self._tell(Event("progress", text, action, type, name, time.monotonic() - begin))

        self._tell(Event("started", detail, action, type, name))
        token = PROGRESS.set(progress)
        try:
            yield
        finally:
            PROGRESS.reset(token)
        done = Event("finished", detail, action, type, name, time.monotonic() - begin)
        if counted:
            self._counted(action, done)
        else:
            self._tell(done)
