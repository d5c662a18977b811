"""One run per stack at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.errors import SandboxError


class LockedError(SandboxError):
    """Another run works on the stack."""


@contextmanager
def locked(path: Path, stack: str) -> Iterator[None]:
    """Hold the stack's lock file for the length of the block, or raise LockedError.

    The kernel holds the lock (flock) and gives it back when its owner ends, however it ends, so that a file
    left by a killed run locks nobody out. The pid in it is only for the message.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = path.read_text().strip() or "unknown"
            raise LockedError(
                stack, f"another run (pid {owner}) works on it", "wait for its end, or stop it"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
