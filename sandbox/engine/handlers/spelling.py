"""From the provider's spelling (camelCase, tags as a map) to AWS's (PascalCase, tags as a list)."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.values import Properties


def pascal(value: Any, renamed: Mapping[str, str] | None = None) -> Any:
    """Nested properties with every key in PascalCase, or as `renamed` says where AWS calls it otherwise.

    The provider has the words "true" and "false" where a value may be left out; AWS wants booleans.
    """
    if isinstance(value, dict):
        names = renamed or {}
        return {
            names.get(key, key[:1].upper() + key[1:]): pascal(below, renamed) for key, below in value.items()
        }
    if isinstance(value, list):
        return [pascal(item, renamed) for item in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as EC2 and IAM have them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(inputs: Properties) -> dict[str, str]:
    """The tags among a resource's inputs."""
    tags: dict[str, str] = inputs.get("tags") or {}
    return tags


def tag_changes(old: Properties, new: Properties) -> tuple[list[str], dict[str, str]]:
    """Keys to remove and tags to set, to get from the tags of `old` to those of `new`."""
    before, after = tags_of(old), tags_of(new)
    removed = sorted(before.keys() - after.keys())
    return removed, {key: value for key, value in after.items() if before.get(key) != value}


def given(inputs: Properties, *names: str) -> Properties:
    """Those of the named inputs that are given, in PascalCase: arguments of an API call."""
    return {name[:1].upper() + name[1:]: inputs[name] for name in names if name in inputs}


def differ(old: Properties, new: Properties, *names: str) -> bool:
    """Whether any of the named inputs has changed."""
    return any(old.get(name) != new.get(name) for name in names)
