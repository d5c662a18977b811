"""Runs the program of a repository for one stack and takes down its plan."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from plan.account import OfflineAccount
from plan.document import Plan
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


def plan_stack(program: Path, stack: str, registry: Registry) -> Plan:
    """The plan of one stack of the program in this directory.

    Raises whatever the program raises, pulumi.RunError with the report where it refuses its settings, and
    SandboxError for a stack without files.
    """
    files = read_stack(program, stack, in_place_of_secrets=MASK)
    recorder, account = Recorder(registry, files.region), OfflineAccount(files)
    _forget_others(program)
    with _surroundings(files):
        monitor = engine.run(program, files, recorder, account, preview=True)
        found = violations(program, files, recorder.registered)
    if recorder.failure is not None:
        raise SandboxError(f"stack {stack}", recorder.failure, "mend the program")
    outputs = without_secrets(monitor.outputs, monitor.secret_outputs)
    return Plan.of(stack, files.region, recorder.resources, outputs, account.assumptions, found)


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
    with patch.dict(os.environ, {"AWS_ENDPOINT_URL": NOWHERE} if sandbox else {}):
        if not sandbox:
            os.environ.pop("AWS_ENDPOINT_URL", None)
        try:
            yield
        finally:
            os.chdir(directory)
            sys.path[:] = path
