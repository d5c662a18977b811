"""Reading properties of which some are not known yet.

In a preview, what a resource gives back once it exists is unknown to those that use it. A rule that meets
such a value can say neither yes nor no: the functions here raise NotKnownYetError, and the rule is silent
about that resource until a run in which it can know.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final, TypeVar

Properties = dict[str, Any]
"""Properties of a resource: names as the provider's schema spells them, to JSON values and UNKNOWN."""

Result = TypeVar("Result")


class Unknown(Enum):
    """The type of UNKNOWN."""

    UNKNOWN = "not known yet"


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands in for a value that only a deployment will tell."""


class NotKnownYetError(Exception):
    """The answer hangs on a value that is not known yet."""


def get(value: Any, *keys: str) -> Any:
    """What lies below the keys; None where there is nothing. Raises NotKnownYetError for an unknown on the
    way or at its end, while unknowns further down stay where they are."""
    for key in keys:
        _refuse_unknown(value)
        value = value.get(key) if isinstance(value, dict) else None
    _refuse_unknown(value)
    return value


def items(value: Any, *keys: str) -> list[Any]:
    """The list below the keys; an absent one is empty, a single item counts as a list of it. The items may be
    unknown, the list may not."""
    found = get(value, *keys)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def known(value: Any) -> Any:
    """The value itself, once there is no unknown in it."""
    _refuse_unknown(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        known(part)
    return value


def is_on(value: Any) -> bool:
    """Whether a flag is set: AWS's launch templates spell theirs as text."""
    return value in (True, "true")


def whole_number(value: Any) -> int | None:
    """A whole number, which providers and charts take as text too, and which Pulumi's wire makes a
    floating-point one; None for anything else."""
    text = str(value).removesuffix(".0")
    return int(text) if text.removeprefix("-").isdecimal() else None


def together(checks: Iterable[Iterator[Result]]) -> Iterator[Result]:
    """What several checks find together; one that meets an unknown ends, and the others go on."""
    for check in checks:
        try:
            yield from check
        except NotKnownYetError:
            continue


def _refuse_unknown(value: Any) -> None:
    if value is UNKNOWN:
        raise NotKnownYetError
