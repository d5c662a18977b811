"""Slow nodes and links of the sandbox: which runs they slow down, and what such a run prints."""

from pathlib import Path

import pytest

from nccl.source import read_log
from sandbox.paths import SandboxPaths
from sandbox.world.mpi.recordings import FOLDER
from sandbox.world.mpi.slow import SHARE, in_force, lift, slow_down, slowed, strikes

LOGS = sorted(FOLDER.glob("*/2-nodes/all_reduce-efa.log"))


@pytest.fixture
def paths(tmp_path: Path) -> SandboxPaths:
    return SandboxPaths(tmp_path / "sandbox")


def test_nodes_and_links_stay_slow_until_they_are_lifted(paths: SandboxPaths) -> None:
    slow_down(paths, ["a"])
    slow_down(paths, ["c", "b"])
    slow_down(paths, ["a"])
    assert in_force(paths) == {frozenset({"a"}), frozenset({"b", "c"})}
    lift(paths)
    assert in_force(paths) == frozenset()


def test_what_is_half_written_is_not_yet_ordered(paths: SandboxPaths) -> None:
    slow_down(paths, ["a"])
    paths.nccl_slow.write_text('[["a"')
    assert in_force(paths) == frozenset()


@pytest.mark.parametrize(
    ("nodes", "struck"), [("ab", True), ("bc", True), ("bd", False), ("cd", False), ("", False)]
)
def test_a_slow_node_slows_all_its_runs_and_a_slow_link_only_its_own(nodes: str, struck: bool) -> None:
    slow = frozenset({frozenset("a"), frozenset("bc")})
    assert strikes(slow, set(nodes)) is struck


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.parent.parent.name)
def test_a_slowed_run_is_a_whole_run_at_a_share_of_the_bandwidth(log: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.log"
    slow.write_text("\n".join(slowed(log.read_text().splitlines())) + "\n")
    before, after = read_log(log), read_log(slow)
    assert len(after.rows) == len(before.rows) > 10
    assert after.recorded
    for was, now in zip(before.rows, after.rows, strict=True):
        assert now.size == was.size
        for old, new in zip(was.measurements, now.measurements, strict=True):
            assert new.bus_bandwidth == pytest.approx(old.bus_bandwidth * SHARE, abs=0.006)
            assert new.wrong == old.wrong
