"""A top-level value of a stack as the program gets it: Pulumi hands over text, and maps and lists as JSON.

So a list that `pulumi config set` wrote without `--path`, which is text in the file, is one to the program.
"""

import json

from settings.places import field_of
from settings.tree import Settings


def as_handed_over(key: str, value: object) -> object:
    """The value of a top-level key, once Pulumi has handed it over and the program has read it."""
    if not isinstance(value, str):
        return value
    field = field_of(Settings, key)
    if field and field.annotation is not bool and not is_composite(value):
        return value
    try:
        found: object = json.loads(value)
    except json.JSONDecodeError:
        return value
    return found


def is_composite(value: object) -> bool:
    """Whether the value is text that holds a JSON map or list."""
    return isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
