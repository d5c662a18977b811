"""Runs the program of a repository for one stack and takes down its plan."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

from knowledge.listed import LISTED_ON
from plan import region as data
from plan.account import OfflineAccount
from plan.document import Plan
from plan.downloads import without_downloads
from plan.policies import violations
from plan.recorder import Recorder, without_secrets
from sandbox.engine import program as engine
from sandbox.engine.errors import SandboxError
from sandbox.engine.registry import Registry
from sandbox.engine.stack_files import StackFiles, read_stack
from sandbox.engine.values import MASK
from sandbox.environment import NOWHERE

OURS = frozenset({"plan", "sandbox"})
"""Packages that run the program and are not run by it."""


def plan_stack(
    program: Path,
    stack: str,
    registry: Registry,
    *,
    downloads: bool = False,
    warned: list[str] | None = None,
) -> Plan:
    """The plan of one stack of the program in this directory; with `downloads` the program may make its own.

    What the program warns of is in the plan, and in `warned` where it has none.
    Raises whatever the program raises, pulumi.RunError with the report where it refuses its settings, and
    SandboxError for a stack without files.
    """
    files = read_stack(program, stack, in_place_of_secrets=MASK)
    recorder, account = Recorder(registry, files.region), OfflineAccount(files)
    _forget_others(program)
    answered = nullcontext() if downloads else without_downloads(program, account.assume)
    warnings = [] if warned is None else warned
    with _surroundings(files), answered, _taken_down(warnings):
        monitor = engine.run(program, files, recorder, account, preview=True)
        found = violations(program, files, recorder.registered)
    if recorder.failure is not None:
        raise SandboxError(f"stack {stack}", recorder.failure, "mend the program")
    outputs = without_secrets(monitor.outputs, monitor.secret_outputs)
    return Plan.of(
        stack,
        files.region,
        recorder.resources,
        outputs,
        account.assumptions,
        found,
        doubts=account.doubts,
        warnings=warnings,
    )


class _Told(logging.Handler):
    """Puts warnings into a list."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        """Take one down."""
        self._told.append(record.getMessage())


@contextmanager
def _taken_down(told: list[str]) -> Iterator[None]:
    """Put what the program warns of into a list, in its order."""
    handler = _Told(told)
    engine.LOG.addHandler(handler)
    try:
        yield
    finally:
        engine.LOG.removeHandler(handler)


def _forget_others(program: Path) -> None:
    """Forget modules that another revision of the program brought, so that this one's are imported."""
    for name, module in list(sys.modules.items()):
        package = name.partition(".")[0]
        file = getattr(module, "__file__", None)
        if package in OURS or file is None or Path(file).is_relative_to(program):
            continue
        if (program / package / "__init__.py").exists():
            del sys.modules[name]


@contextmanager
def _surroundings(files: StackFiles) -> Iterator[None]:
    """Where the program finds AWS: a stack of the sandbox refuses the real one, every other an emulated one.

    It asks neither; the endpoint leads nowhere. Its directory and its path are given back afterwards.
    """
    sandbox = files.config.get(f"{files.project}:sandbox") == "true"
    directory, path = Path.cwd(), list(sys.path)
    listed = {LISTED_ON: data.LISTED_ON}
    with patch.dict(os.environ, listed | ({"AWS_ENDPOINT_URL": NOWHERE} if sandbox else {})):
        if not sandbox:
            os.environ.pop("AWS_ENDPOINT_URL", None)
        try:
            yield
        finally:
            os.chdir(directory)
            sys.path[:] = path
