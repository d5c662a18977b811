"""The settings of a stack as they are written: what is malformed is left to the program, which says so."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.engine.stack_files import StackFiles


def setting(files: StackFiles, key: str, default: object) -> Any:
    """The value of a top-level key; the default where it is left out or cannot be read."""
    text = files.config.get(f"{files.project}:{key}")
    try:
        return default if text is None else json.loads(text)
    except json.JSONDecodeError:
        return default


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a map, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The maps in a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts in a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
