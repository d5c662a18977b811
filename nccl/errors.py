"""Faults of the user's files, one line each, never a traceback."""

from pathlib import Path


class LogError(Exception):
    """A log that cannot be read: where, and what is wrong; what is allowed; the cure."""

    def __init__(self, where: str | Path, fault: str) -> None:
        """Make the one line."""
        super().__init__(f"{where}: {' '.join(fault.split())}")


class ReportError(Exception):
    """A report that cannot be written, in one line of the same form."""

    def __init__(self, where: str | Path, fault: str) -> None:
        """Make the one line."""
        super().__init__(f"{where}: {' '.join(fault.split())}")
