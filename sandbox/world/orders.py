"""One fault at a time that a user has ordered: the command line writes a file that the agent reads."""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Fault = TypeVar("Fault", bound=StrEnum)


def order(file: Path, fault: StrEnum) -> None:
    """From now on, this one instead of any other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{fault}\n")


def in_force(file: Path, kind: type[Fault]) -> Fault | None:
    """The fault of a kind that was ordered last and not lifted."""
    try:
        return kind(file.read_text().strip())
    except (FileNotFoundError, ValueError):
        # Half written is not yet ordered.
        return None
