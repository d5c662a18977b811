"""`test`: every check and all three rings of tests, as `make test` and continuous integration run them."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from cli.console import messages, tell
from cli.sandbox_tools import ensure_all
from sandbox.paths import REPOSITORY


@dataclass(frozen=True)
class Step:
    """One check: a name for the summary and the module that does it. `prepare` runs before it."""

    name: str
    module: tuple[str, ...]
    prepare: Callable[[], object] | None = None


CHECKS = (
    Step("format", ("ruff", "format", "--check", ".")),
    Step("lint", ("ruff", "check", ".")),
    Step("types", ("mypy",)),
    Step("tests", ("pytest", "-m", "not sandbox", "-n", "auto")),
)
SANDBOX = (
    Step("timed sandbox tests", ("pytest", "-m", "sandbox and timed"), prepare=ensure_all),
    Step("sandbox tests", ("pytest", "-m", "sandbox and not timed", "-n", "2", "--dist", "loadfile")),
)
"""What has a bound in seconds has the machine to itself. The rest waits for Karpenter most of the time, and
two sandboxes wait side by side."""


def test(
    fast: Annotated[bool, typer.Option("--fast", help="Leave the sandbox's tests out.")] = False,
) -> None:
    """Run all checks and tests; every one is run, and one that fails fails the whole."""
    steps = CHECKS if fast else (*CHECKS, *SANDBOX)
    results = [(step, *_run(step)) for step in steps]
    for step, passed, seconds in results:
        tell(f"{'passed' if passed else 'FAILED'}  {step.name} ({seconds:.0f} s)")
    if not all(passed for _, passed, _ in results):
        raise typer.Exit(1)


def _run(step: Step) -> tuple[bool, float]:
    start = time.monotonic()
    if step.prepare is not None:
        step.prepare()
    messages.rule(step.name)
    code = subprocess.run([sys.executable, "-m", *step.module], cwd=REPOSITORY, check=False).returncode
    return code == 0, time.monotonic() - start
