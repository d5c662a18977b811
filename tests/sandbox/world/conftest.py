"""Fixtures that several files of this folder use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.world.karpenter_world import World, karpenter_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with karpenter_world(tmp_path) as world:
        yield world
