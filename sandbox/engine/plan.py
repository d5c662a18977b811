"""What has to be done to a resource, decided from its old and new inputs alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from sandbox.engine.paths import copied, joined, overlap, parse
from sandbox.engine.values import UNKNOWN, Properties, contains_unknown


class Action(Enum):
    """What happens to a resource; the values are the words of the summary."""

    CREATE = "created"
    UPDATE = "updated"
    REPLACE = "replaced"
    DELETE = "deleted"
    SAME = "unchanged"


@dataclass(frozen=True)
class Decision:
    """What to do with one resource, and because of which properties."""

    action: Action
    changed: tuple[str, ...] = ()
    """Paths of the properties that differ, such as `scalingConfig.maxSize` or `subnetIds[1]`."""
    forces_replacement: tuple[str, ...] = ()
    """Those of them that the resource cannot change while it lives."""
    delete_first: bool = False
    """For a replacement: whether the old one has to go before the new one can be made."""


@dataclass(frozen=True)
class Rules:
    """What can be changed on a resource: its handler's rules, and what the program's options add to them."""

    replace_on: frozenset[str]
    """Paths whose change means a new resource."""
    identity: frozenset[str] | None
    """Inputs in which two resources that exist side by side have to differ. Empty: they always can.
    None: they never can."""
    named_anew: frozenset[str] = frozenset()
    """Inputs of `identity` that get a value of their own each time they are left out; any other then has the
    same default each time."""
    delete_before_replace: bool | None = None
    """The program's own word on the order of a replacement."""


def differences(old: Properties, new: Properties) -> tuple[str, ...]:
    """Paths at which `new` differs from `old`, sorted. An unknown new value counts as different."""
    return tuple(sorted(_differences("", old, new)))


def _differences(path: str, old: object, new: object) -> Iterable[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            below = joined(path, key)
            if key not in old or key not in new:
                yield below
            else:
                yield from _differences(below, old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            below = f"{path}[{index}]"
            if index >= len(old) or index >= len(new):
                yield below
            else:
                yield from _differences(below, old[index], new[index])
    elif old != new or type(old) is not type(new):
        yield path


def decide(old: Properties, new: Properties, rules: Rules) -> Decision:
    """Whether a resource made from `old` stays as it is, is updated or is replaced to become `new`."""
    changed = differences(old, new)
    if not changed:
        return Decision(Action.SAME)
    forcing = tuple(path for path in changed if any(overlap(path, rule) for rule in rules.replace_on))
    if not forcing:
        return Decision(Action.UPDATE, changed)
    delete_first = rules.delete_before_replace
    if delete_first is None:
        delete_first = _would_clash(old, new, rules)
    return Decision(Action.REPLACE, changed, forcing, delete_first)


def _would_clash(old: Properties, new: Properties, rules: Rules) -> bool:
    """Whether old and new cannot exist at the same time; an identity not known yet is taken to be a new
    one."""
    if rules.identity is None:
        return True
    if not rules.identity or any(name not in new for name in rules.identity & rules.named_anew):
        return False
    return all(old.get(name) == new.get(name) for name in rules.identity)


def with_ignored(old: Properties, new: Properties, ignored: Iterable[str]) -> Properties:
    """`new`, but with the old value at every path of `ignored`: the resource option `ignore_changes`."""
    result = new
    for path in ignored:
        result = copied(parse(path), source=old, target=result)
    return result


def expected_outputs(
    old_inputs: Properties, old_outputs: Properties, new_inputs: Properties, recomputed: frozenset[str]
) -> Properties:
    """What a preview can say of an updated resource's outputs: the old ones, overlaid by the new inputs.

    Outputs named in `recomputed` change with every update and are unknown until it has happened.
    """
    kept = {
        name: value for name, value in old_outputs.items() if name not in old_inputs or name in new_inputs
    }
    return {**kept, **new_inputs, **dict.fromkeys(recomputed & old_outputs.keys(), UNKNOWN)}


def describe(path: str, new: Properties) -> str:
    """A changed path for the reader of a preview; says so where the new value is not known yet."""
    value: object = new
    for part in parse(path):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return path
    return f"{path} (not known yet)" if contains_unknown(value) else path
