"""Runs of the program that several tests look at: each stack once as a first preview and once in earnest."""

from functools import cache

import pytest

from tests.components.program_recording import STACKS, run_program
from tests.components.recorded_run import Run, RunOf


@cache
def _run_of(stack: str, preview: bool) -> Run:
    return run_program(stack, preview=preview)


@pytest.fixture
def run_of() -> RunOf:
    """`run_of(stack, preview)`; nobody changes what it gives."""
    return _run_of


@pytest.fixture(params=STACKS)
def built(request: pytest.FixtureRequest) -> Run:
    """Each stack, built."""
    return _run_of(request.param, False)


@pytest.fixture(params=STACKS)
def previewed(request: pytest.FixtureRequest) -> Run:
    """Each stack in its first preview."""
    return _run_of(request.param, True)
