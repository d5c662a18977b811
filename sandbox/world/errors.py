"""One line for whatever keeps the world from running: what it is about, what is wrong, how to mend it."""


class WorldError(Exception):
    """Something the user can mend. No part ends with a full stop; the text is `subject: fault; remedy`."""

    def __init__(self, subject: str, fault: str, remedy: str) -> None:
        """Take the three parts of the line."""
        super().__init__(f"{subject}: {fault}; {remedy}")


class ToolchainError(WorldError):
    """Go is missing, too old, or could not build the tools."""


class ProcessError(WorldError):
    """A process did not start, did not stop, or did not become ready."""
