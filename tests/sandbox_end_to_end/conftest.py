"""Sandboxes for the tests: one that is up and shared by those that leave it as it was, and empty ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox_end_to_end.driver import Sandbox

SECONDS = 600
"""Limit of a test: several minutes of work, on a machine that may be busy."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is of the sandbox's ring."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.sandbox)
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with the program deployed. A test takes away the pods it ran."""
    running = Sandbox(tmp_path_factory.mktemp("shared"))
    try:
        running.eks_efa("up").succeeded()
        yield running
    finally:
        running.stop()


@pytest.fixture
def empty_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox directory in which nothing has run yet."""
    fresh = Sandbox(tmp_path / "sandbox")
    try:
        yield fresh
    finally:
        fresh.stop()
