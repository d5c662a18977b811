"""Property paths such as `spec.template`, `subnetIds[0]` or `tags["a.b"]`, in Pulumi's notation.

https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
"""

import re
from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.values import Properties

Path = tuple[str | int, ...]
"""Keys and indexes from the top; the key or index `*` stands for any."""

_PART = re.compile(r"""\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]""")


def joined(path: str, key: str) -> str:
    """The path of `key` below `path`, quoted where the key itself holds a dot or a bracket."""
    if re.search(r"""[.\[\]"]""", key):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key


def parse(path: str) -> Path:
    """The parts of a written path. Raises SandboxError where it is malformed."""
    parts: list[str | int] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise SandboxError(path, "not a property path", 'write it like spec.replicas or tags["a.b"]')
        key, index, quoted = match.groups()
        if index is not None and index != "*":
            parts.append(int(index))
        elif quoted is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            parts.append(str(key or index))
        position = match.end()
    return tuple(parts)


def overlap(one: str, other: str) -> bool:
    """Whether one of two paths lies at or below the other, so that a change of one is a change of the
    other."""
    return all(a == b or "*" in (a, b) for a, b in zip(parse(one), parse(other), strict=False))


def copied(path: Path, *, source: Properties, target: Properties) -> Properties:
    """A copy of `target` that has, at `path`, what `source` has there; absent there means removed."""
    result = _copied(path, source, target)
    return result if isinstance(result, dict) else target


_ABSENT = object()


def _copied(path: Path, source: Any, target: Any) -> Any:
    if not path:
        return source
    part, rest = path[0], path[1:]
    if isinstance(target, dict):
        result = dict(target)
        below = source if isinstance(source, dict) else {}
        for key in sorted(below.keys() | target.keys()) if part == "*" else [str(part)]:
            value = _copied(rest, below.get(key, _ABSENT), result.get(key, _ABSENT))
            if value is _ABSENT:
                result.pop(key, None)
            else:
                result[key] = value
        return result
    if isinstance(target, list) and isinstance(source, list) and (part == "*" or isinstance(part, int)):
        indexes = range(min(len(source), len(target)))
        return [
            _copied(rest, source[index], value) if index in indexes and part in ("*", index) else value
            for index, value in enumerate(target)
        ]
    return target
