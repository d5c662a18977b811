"""Puts something that can be read in the place of what cannot, so that the checks see what stands beside it.

A group whose `maxNodes` is text has a zone too, and whatever is wrong with that is told in the same report.
What is found so is only told where it has nothing to do with what was put in.
"""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.base import Branch
from settings.faults import Fault
from settings.places import Step, branch_at, field_of, render

VERBS = frozenset({"name"})
"""Keys that advice has as a word of its own: `name another release`."""


@dataclass(frozen=True)
class Unread:
    """A value that cannot be read, or a key that is not there or unknown."""

    steps: tuple[Step, ...]
    fault: Fault

    @property
    def place(self) -> tuple[Step, ...]:
        """The key that must have another value: that of the whole list where an entry of it is wrong."""
        last = max(index for index, step in enumerate(self.steps) if isinstance(step, str))
        return self.steps[: last + 1]

    @property
    def is_entry_of_the_root(self) -> bool:
        """Whether it is a whole node group or provisioner, which nothing can be put in the place of."""
        return len(self.steps) == 2 and isinstance(self.steps[1], int)


@dataclass(frozen=True)
class Mended:
    """Settings of which more can be read."""

    raw: Mapping[str, object]
    paths: frozenset[str]
    """Where something else stands now, or was meant to."""
    words: frozenset[str]
    """Names and values of what stands there."""

    def is_told_by(self, fault: Fault) -> bool:
        """Whether a fault would be there whatever stood in the places that were mended."""
        if any(_is_within(fault.path, path) or _is_within(path, fault.path) for path in self.paths):
            return False
        return self.words.isdisjoint(re.findall(r"[\w./-]+", f"{fault.what} {fault.allowed} {fault.cure}"))


def mended(raw: Mapping[str, object], root: type[Branch], unread: Iterable[Unread]) -> Mended | None:
    """The settings with the default, or an example, in each place; None where there is nothing to mend."""
    copied: dict[str, Any] = copy.deepcopy(dict(raw))
    paths: set[str] = set()
    words: set[str] = set()
    for each in unread:
        *above, key = each.place
        container = _container(copied, above)
        if container is None or each.is_entry_of_the_root:
            continue
        meant = re.findall(r'did you mean "([^"]+)"', each.fault.cure)
        value = _put_in(container, str(key), branch_at(root, above))
        paths |= {render(each.place), *(render((*above, guess)) for guess in meant)}
        words |= {str(key), *meant, *_words(value)} - VERBS
    return Mended(copied, frozenset(paths), frozenset(words)) if paths else None


def _container(raw: dict[str, Any], steps: Iterable[Step]) -> dict[str, Any] | None:
    """The map at a path; None where it has been left out with what is around it."""
    here: Any = raw
    for step in steps:
        try:
            here = here[step]
        except LookupError:
            return None
    return here if isinstance(here, dict) else None


def _put_in(container: dict[str, Any], key: str, branch: type[Branch] | None) -> object:
    """Leave the key out, or give it its example where it must be there; what it then has."""
    container.pop(key, None)
    field = field_of(branch, key) if branch else None
    if field is None:
        return None
    if not field.is_required():
        return field.get_default(call_default_factory=True)
    if field.examples:
        container[key] = copy.deepcopy(field.examples[0])
    return container.get(key)


def _words(value: object) -> Iterator[str]:
    """The texts and numbers in a value."""
    if isinstance(value, Mapping):
        value = (*value.keys(), *value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _is_within(path: str, other: str) -> bool:
    """Whether a path is another or leads to something in it."""
    return path == other or path.startswith((f"{other}.", f"{other}["))
