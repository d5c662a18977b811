"""What a picture is: every thing by its name, as plain values; and how two of them differ."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Picture = dict[str, Any]
"""What is known of each thing, by kind and id: `subnet subnet-0123`, `deployments.apps web/shop`."""


Thing = tuple[str, Any]
"""Kind and id, and what is said of it."""


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """A line for each thing that was added or is missing, and for each change of one; none: as it was."""
    lines = []
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            lines.append(f"added    {name}{_called(now[name])}")
        elif name not in now:
            lines.append(f"missing  {name}{_called(before[name])}")
        else:
            changes = _changes("", before[name], now[name])
            lines += [f"changed  {name}{_called(before[name])}: {change}" for change in changes]
    return lines


def carried_over(kept: Picture, before: Picture, now: Picture) -> Picture:
    """The kept picture with what was made between two others, and nothing else that has happened since."""
    made = {name: now[name] for name in now if name not in before or before[name] != now[name]}
    gone = before.keys() - now.keys()
    return {name: thing for name, thing in kept.items() if name not in gone} | made


def _called(thing: Any) -> str:
    """What people call a thing whose id tells nothing."""
    tags = thing.get("Tags") if isinstance(thing, dict) else None
    name = tags.get("Name") if isinstance(tags, dict) else None
    return f" ({name})" if name else ""


def _changes(path: str, before: Any, now: Any) -> Iterator[str]:
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            below = f"{path}.{key}" if path else str(key)
            if key not in before:
                yield f"{below}: added {_text(now[key])}"
            elif key not in now:
                yield f"{below}: missing {_text(before[key])}"
            else:
                yield from _changes(below, before[key], now[key])
    elif isinstance(before, list) and isinstance(now, list):
        lines = [f"{path}: added {_text(item)}" for item in now if item not in before]
        lines += [f"{path}: missing {_text(item)}" for item in before if item not in now]
        yield from lines or [f"{path}: {_text(before)} is now {_text(now)}"]  # order or repetition
    else:
        yield f"{path}: {_text(before)} is now {_text(now)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
