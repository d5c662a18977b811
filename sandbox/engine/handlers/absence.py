"""Deleting what may be gone already, or may still be held by something that is on its way out."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from sandbox.engine.errors import flat
from sandbox.engine.world import World

_ABSENT = re.compile(
    r"NotFound|NoSuchEntity|NonExistentQueue|QueueDoesNotExist|Gateway\.NotAttached|PlacementGroup\.Unknown"
)

_HELD = re.compile(r"DependencyViolation|ResourceInUse|DeleteConflict|\.InUse$")

RELEASE_SECONDS = 60
"""How long something held may take to come free; interfaces of ended instances are the slowest."""


def is_absent(error: ClientError) -> bool:
    """Whether AWS says that there is no such thing."""
    return bool(_ABSENT.search(error.response["Error"]["Code"]))


@contextmanager
def absent_is_fine() -> Iterator[None]:
    """Around a deletion: what is gone already is fine."""
    try:
        yield
    except ClientError as error:
        if not is_absent(error):
            raise


def delete_when_free(world: World, delete: Callable[[], object]) -> None:
    """Delete, and try again while AWS says that something else still holds it."""
    held_by = ""

    def deleted() -> bool:
        nonlocal held_by
        try:
            with absent_is_fine():
                delete()
        except ClientError as error:
            if not _HELD.search(error.response["Error"]["Code"]):
                raise
            held_by = str(error.response["Error"].get("Message", ""))
            return False
        return True

    world.wait(deleted, RELEASE_SECONDS, lambda: flat(held_by))
