"""A script that can be run again: each step looks first, and makes only what is missing."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from sandbox.stranger.account import is_absent

Report = Callable[[str], None]
"""Hears, a line at a time, what is being made."""


class Script:
    """What one run has made. `made` is empty where all was there."""

    def __init__(self, report: Report) -> None:
        """Nothing is made yet."""
        self.made: list[str] = []
        self._report = report

    def ensure(self, what: str, find: Callable[[], str | None], make: Callable[[], object]) -> str:
        """The id that `find` gives, after `make` where it gave none. `find` may raise that there is none."""
        found = _found(find)
        if found is None:
            self._report(f"making {what}")
            make()
            self.made.append(what)
            found = _found(find)
        if found is None:
            raise LookupError(f"{what}: made, and not to be found")
        return found


def _found(find: Callable[[], str | None]) -> str | None:
    try:
        return find()
    except ClientError as error:
        if not is_absent(error):
            raise
        return None
