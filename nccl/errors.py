"""Faults of the user's files, one line each, never a traceback."""

from pathlib import Path


class _FileError(Exception):
    """One line: where, and what is wrong; what is allowed; the cure."""

    def __init__(self, where: str | Path, fault: str) -> None:
        """Make the line."""
        super().__init__(f"{where}: {' '.join(fault.split())}")


class LogError(_FileError):
    """A log that cannot be read."""


class ReportError(_FileError):
    """A report that cannot be written."""
