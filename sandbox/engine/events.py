"""What a run tells those who watch it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.engine.plan import Action


@dataclass(frozen=True)
class Event:
    """Something that happened to one resource, or a note about the run where `type` is empty."""

    kind: Literal["planned", "started", "progress", "finished", "failed", "violated", "warned", "note"]
    """`planned` is a preview's `finished`; a mandatory policy is `violated`, an advisory one has `warned`."""
    detail: str = ""
    """What is waited for, what went wrong, or which properties change."""
    action: Action = Action.SAME
    type: str = ""
    name: str = ""
    seconds: float = 0.0
    finished: int = 0
    """Resources that are done, this one included."""
    total: int = 0
    """Resources expected; 0 where nothing is known of earlier runs."""


Listener = Callable[[Event], None]


def changes(counts: Counter[Action]) -> dict[str, int]:
    """Number of resources by what happened to them, every action named."""
    return {action.value: counts[action] for action in Action}


def summary(counts: Counter[Action]) -> str:
    """One line: `3 created, 0 updated, 0 replaced, 0 deleted, 12 unchanged`."""
    return ", ".join(f"{number} {word}" for word, number in changes(counts).items())
