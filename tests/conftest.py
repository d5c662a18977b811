"""Tests run the same everywhere, whoever starts them.

Properties get the same examples each time, no stopwatch, and leave no files behind. And what a continuous
integration, a git hook or a shell has in its environment for its own sake reaches nobody, nor does
the calendar.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from knowledge import clock
from tests.today import TODAY

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is slow, whatever it makes
)
settings.load_profile("steady")

COLOURED_PIPES = ("CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")
"""With these Rich (console.py) or Typer (rich_utils.py) take a pipe for a terminal, and colour it."""

WIDTHS = ("COLUMNS", "TERMINAL_WIDTH")
"""By these they break lines."""

REPOSITORY_OF_A_HOOK = (
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_WORK_TREE",
)
"""In a hook git sets these (githooks(5)), and a test would commit to its caller's repository, not its own."""

OF_AN_ACCOUNT = ("AWS_", "PULUMI_")
"""What begins with these leads to somebody's account, profile or stack."""

OF_MAKE = ("STACK",)
"""The Makefile hands it to whatever it calls."""

THIS_MACHINE = "127.0.0.1,localhost"
"""What no proxy stands before; gRPC would ask it for a server of a test."""

for name in list(os.environ):
    if name in (*COLOURED_PIPES, *WIDTHS, *REPOSITORY_OF_A_HOOK, *OF_MAKE) or name.startswith(OF_AN_ACCOUNT):
        del os.environ[name]
for name in ("NO_PROXY", "no_proxy"):
    os.environ[name] = ",".join(filter(None, (os.environ.get(name), THIS_MACHINE)))


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """EKS ends its support of some Kubernetes every few months, and no test shall notice."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
