"""What a user sees when something is wrong: one line, exit code 1, no traceback."""


class CommandError(Exception):
    """A verb cannot go on; as text it is `what it is about: what is wrong; how to mend it`."""

    def __init__(self, subject: str, fault: str, cure: str) -> None:
        """Take the three parts of the line."""
        super().__init__(f"{subject}: {fault}; {cure}")
