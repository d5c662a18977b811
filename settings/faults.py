"""Faults of the settings: one line each, and all of them in one report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge import fault as knowledge_fault
from settings.words import counted


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one setting."""

    path: str
    """Where it stands, as written in YAML: `nodeGroups[0].minNodes`, `tags["aws:foo"]`."""
    what: str
    """What is wrong, naming the value as it was given."""
    allowed: str = ""
    """What is allowed; empty where `what` says it."""
    cure: str = ""
    """How to mend it; empty where there is nothing to advise."""
    certain: bool = True
    """False where AWS may see it otherwise than the list of one day that stands in for it."""

    @classmethod
    def at(cls, path: str, fault: knowledge_fault.Fault) -> "Fault":
        """Put a path in front of a fault that the knowledge package found in a bare value."""
        return cls(path, fault.problem, fault.allowed, fault.cure)

    def __str__(self) -> str:
        """One line: `path: what is wrong; what is allowed; how to mend it`."""
        line = f"{self.path}: " + "; ".join(part for part in (self.what, self.allowed, self.cure) if part)
        return line if line.isprintable() else "".join(map(_visible, line))


class SettingsError(Exception):
    """The settings cannot be used. As text: the whole report, a heading with the count and a line a fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults, each once, in the order of their paths."""
        self.faults = in_order(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Render the report."""
        count = len(self.faults)
        heading = f"{counted(count, 'fault')} in the settings of this stack; nothing was changed:"
        return "\n".join([heading, *(f"  {fault}" for fault in self.faults)])


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each of them once, by path."""
    return tuple(sorted(set(faults), key=_order))


def _visible(character: str) -> str:
    """The character, or its number where it would break the line or steer the terminal."""
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _order(fault: Fault) -> tuple[list[tuple[int, str]], str]:
    """Sort by path with list positions as numbers, so that `[2]` comes before `[10]`."""
    keys_and_positions = re.split(r"\[([0-9]{1,9})\]", fault.path)
    return [
        (int(part), "") if index % 2 else (-1, part) for index, part in enumerate(keys_and_positions)
    ], fault.what
