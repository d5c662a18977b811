"""A start that meets another: one that was killed, or one that goes on at the same time."""

import subprocess
import time
from pathlib import Path
from threading import Thread

import psutil
import pytest

from sandbox.environment import child_environment
from sandbox.paths import SandboxPaths
from sandbox.world import control_plane
from sandbox.world.control_plane import ControlPlane
from sandbox.world.errors import ProcessError
from sandbox.world.locks import locked
from sandbox.world.processes import Processes, end
from sandbox.world.tools import Tools
from sandbox.world.world import World


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """A kwokctl that complains and ends."""
    program = tmp_path / "tools" / "bin" / "kwokctl"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho it cannot >&2\nexit 3\n")
    program.chmod(0o755)
    return Tools(tmp_path / "tools")


@pytest.fixture
def paths(tmp_path: Path) -> SandboxPaths:
    (tmp_path / "sandbox").mkdir()
    return SandboxPaths(tmp_path / "sandbox")


def test_the_kwokctl_of_a_start_that_was_killed_starts_nothing_more(
    paths: SandboxPaths, tools: Tools
) -> None:
    processes = Processes(paths)
    left = psutil.Popen(
        [str(tools.path("kwokctl")), "-c", "read line"],
        executable="/bin/sh",
        stdin=subprocess.PIPE,
        env=processes.marked(child_environment(paths, "us-west-2")),
    )
    try:
        deadline = time.monotonic() + 20
        while left.pid not in {each.pid for each in processes.of_this_sandbox()}:
            assert time.monotonic() < deadline
        with pytest.raises(ProcessError, match="kwokctl create: it cannot"):
            ControlPlane(paths, processes).start(tools)
        assert not left.is_running()
    finally:
        end([left], grace=0)


def test_a_kwokctl_that_does_not_end_is_one_line_and_is_ended(
    paths: SandboxPaths, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.path("kwokctl").write_text("#!/bin/sh\nexec sleep 600\n")
    monkeypatch.setattr(control_plane, "READY_SECONDS", 0.1)
    processes = Processes(paths)
    with pytest.raises(ProcessError, match=r"^control-plane: no end of kwokctl after 0 s; see "):
        ControlPlane(paths, processes).start(tools)
    assert processes.of_this_sandbox() == []


def test_a_world_is_started_and_stopped_by_one_at_a_time(paths: SandboxPaths, tools: Tools) -> None:
    stopping = Thread(target=World(paths, tools, "us-west-2").stop)
    with locked(paths.root / "world.lock"):
        stopping.start()
        stopping.join(0.2)
        assert stopping.is_alive()
    stopping.join(20)
    assert not stopping.is_alive()
