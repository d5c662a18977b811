"""What a change of the program means for the resources it asks for, as AWS would have to do it.

Two plans are compared resource by resource. Which inputs a resource cannot change while it lives is known by
the sandbox's handlers; for a type that has none, every difference is called a change. A resource that is
replaced has new outputs, so whatever refers to it changes there too, and may have to be replaced itself.
Aliases are not followed: a resource that moved is removed and added.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plan.document import Plan, Planned
from plan.names import called
from plan.readable import readable, unpacked
from sandbox.engine.paths import parse
from sandbox.engine.plan import Action, Decision, Rules, decide, differences, with_ignored
from sandbox.engine.registry import Registry
from sandbox.engine.values import Properties

ABSENT = "[not set]"
"""Stands for an input that one of the two plans does not have."""


@dataclass(frozen=True)
class Edit:
    """One value that differs."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    action: Action
    resource: Planned
    """As it will be; as it was where it is removed."""
    edits: tuple[Edit, ...] = ()
    forced_by: tuple[str, ...] = ()
    """For a replacement: paths of the inputs that cannot change."""


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two plans of a stack."""

    stack: str
    changes: tuple[Change, ...]
    outputs: tuple[Edit, ...]
    before: int | None
    """Number of resources; None where there was no such stack."""
    after: int | None
    """The same afterwards; None where the stack is gone."""

    def count(self, action: Action) -> int:
        """How many resources the action happens to."""
        return sum(1 for change in self.changes if change.action is action)


def compare(stack: str, old: Plan | None, new: Plan | None, registry: Registry) -> Comparison:
    """Compare two plans of one stack; None for the revision that does not have it."""
    before = {each.urn: each for each in old.resources} if old else {}
    after = {each.urn: each for each in new.resources} if new else {}
    changes = [Change(Action.CREATE, each) for urn, each in after.items() if urn not in before]
    changes += [Change(Action.DELETE, each) for urn, each in before.items() if urn not in after]
    moved = {_called(change) for change in changes if change.action is Action.CREATE} & {
        _called(change) for change in changes if change.action is Action.DELETE
    }
    changes += _of_kept({urn: (before[urn], after[urn]) for urn in after if urn in before}, moved, registry)
    return Comparison(
        stack,
        tuple(sorted(changes, key=lambda change: change.resource.place)),
        tuple(_edits(unpacked(old.outputs) if old else {}, unpacked(new.outputs) if new else {})),
        len(before) if old else None,
        len(after) if new else None,
    )


def _called(change: Change) -> str:
    return called(change.resource.type, change.resource.name)


def _of_kept(
    kept: Mapping[str, tuple[Planned, Planned]], moved: Iterable[str], registry: Registry
) -> Iterator[Change]:
    """Changes of resources that both plans have: looked at again until no further one has to be replaced.

    `moved` are those that only have another parent: what refers to them will refer to new ones.
    """
    replaced = frozenset(moved)
    while True:
        looks = {urn: _look(old, new, replaced, registry) for urn, (old, new) in kept.items()}
        found = {
            called(new.type, new.name)
            for urn, (_, new) in kept.items()
            if looks[urn][1].action is Action.REPLACE
        }
        if found <= replaced:
            break
        replaced |= found
    for urn, (inputs, decision) in looks.items():
        old, new = kept[urn]
        edits = (*_edits(*inputs), *_option_edits(old, new))
        if edits:
            action = decision.action if decision.action is Action.REPLACE else Action.UPDATE
            yield Change(action, new, edits, decision.forces_replacement)


def _look(
    old: Planned, new: Planned, replaced: frozenset[str], registry: Registry
) -> tuple[tuple[Properties, Properties], Decision]:
    """The inputs of both, as they are to be compared, and what a difference makes necessary."""
    before = readable(old)
    after = with_ignored(before, _referring(readable(new), replaced), new.ignore_changes)
    handler = registry.find(new.type)
    rules = Rules(
        replace_on=(handler.replace_on if handler else frozenset()) | frozenset(new.replace_on_changes),
        identity=handler.identity if handler else frozenset(),
        delete_before_replace=new.delete_before_replace,
    )
    return (before, after), decide(before, after, rules)


def _referring(value: Any, replaced: frozenset[str]) -> Any:
    """The value with every stand-in of a replaced resource marked as its replacement's."""
    if isinstance(value, dict):
        return {key: _referring(part, replaced) for key, part in value.items()}
    if isinstance(value, list):
        return [_referring(part, replaced) for part in value]
    if isinstance(value, str) and "${" in value:
        for resource in replaced:
            value = value.replace(f"${{{resource}.", f"${{new {resource}.")
    return value


def _edits(old: Properties, new: Properties) -> Iterator[Edit]:
    for path in differences(old, new):
        yield Edit(path, _at(path, old), _at(path, new))


def _at(path: str, values: Properties) -> Any:
    """The value at a path, or ABSENT."""
    value: Any = values
    for part in parse(path):
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return ABSENT
    return value


def _option_edits(old: Planned, new: Planned) -> Iterator[Edit]:
    """What protects a resource is no input, but nobody should lose it unseen."""
    for option in ("protect", "retain"):
        was, is_now = getattr(old, option), getattr(new, option)
        if was != is_now:
            yield Edit(f"option {option}", was, is_now)
