"""Runs a program to its end and gives back what it said."""

import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Finished:
    """Exit code and output of a program that has ended."""

    code: int
    output: str
    errors: str

    @property
    def last_line(self) -> str:
        """The last thing it said on standard error, which is where programs say why they failed."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self.code}"


def run(
    command: Sequence[str], *, environment: Mapping[str, str], directory: Path, seconds: float | None = None
) -> Finished:
    """Run to the end, `seconds` at the longest; the exit code is the caller's to judge.

    Raises FileNotFoundError where there is no such program, and subprocess.TimeoutExpired, after killing it.
    """
    program = psutil.Popen(
        list(command),
        env=dict(environment),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        output, errors = program.communicate(timeout=seconds)
    except BaseException:
        # Ctrl-C reaches the program too, and it may have ended by that already.
        with suppress(psutil.NoSuchProcess):
            program.kill()
        program.communicate()
        raise
    return Finished(program.returncode, output, errors)
