"""What every test of plans gives back."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _modules_of_other_programs_are_forgotten(tmp_path: Path) -> Iterator[None]:
    """A program brings packages of the same names as ours; in a process of its own nobody minds."""
    before = dict(sys.modules)
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "") or "").startswith(str(tmp_path)):
            del sys.modules[name]
    sys.modules.update(before)
