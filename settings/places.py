"""Places in the settings tree: how a path is written in YAML, and which field of the tree stands there."""

import json
import re
from collections.abc import Iterable
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from settings.base import Branch

Step = str | int

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(:[A-Za-z][A-Za-z0-9_]*)?")


def render(steps: Iterable[Step]) -> str:
    """Write a path as Pulumi does: `nodeGroups[0].minNodes`, `tags["aws:foo"]`."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step) and (":" not in step or not path):
            path += f".{step}" if path else step
        else:
            path += f"[{json.dumps(step, ensure_ascii=False)}]"
    return path


def branch_at(root: type[Branch], steps: Iterable[Step]) -> type[Branch] | None:
    """The branch of the tree at a path; None where there is a plain value or nothing of the tree."""
    here: Any = root
    for step in steps:
        if isinstance(step, int):
            here = _inner(here)
            continue
        branch = _as_branch(here)
        field = field_of(branch, step) if branch else None
        if field is None:
            return None
        here = field.annotation
    return _as_branch(here)


def field_of(branch: type[Branch], key: str) -> FieldInfo | None:
    """The field that YAML calls `key`."""
    return next((field for field in branch.model_fields.values() if field.alias == key), None)


def keys_of(branch: type[Branch]) -> tuple[str, ...]:
    """Every key of a branch, as in YAML."""
    return tuple(field.alias for field in branch.model_fields.values() if field.alias)


def _as_branch(annotation: Any) -> type[Branch] | None:
    """The branch in `Branch` or `Branch | None`."""
    is_union = get_origin(annotation) in (Union, UnionType)
    for candidate in get_args(annotation) if is_union else (annotation,):
        if isinstance(candidate, type) and issubclass(candidate, Branch):
            return candidate
    return None


def _inner(annotation: Any) -> Any:
    """What a tuple holds."""
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None
