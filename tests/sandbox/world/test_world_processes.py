import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sandbox.environment import RealAccountError, child_environment
from sandbox.paths import SandboxPaths
from sandbox.world.processes import MARK, Processes, ProcessRecord, end

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True); time.sleep(600)",
]


@pytest.fixture
def paths(tmp_path: Path) -> SandboxPaths:
    return SandboxPaths(tmp_path)


@pytest.fixture
def processes(paths: SandboxPaths) -> Iterator[Processes]:
    processes = Processes(paths)
    yield processes
    end(processes.of_this_sandbox(), grace=0.1)


@pytest.fixture
def environment(paths: SandboxPaths) -> dict[str, str]:
    return child_environment(paths, "us-west-2")


def wait_for(processes: Processes, name: str, word: str) -> None:
    deadline = time.monotonic() + 20
    while word not in processes.log(name).read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_started_daemon_is_running_until_it_is_stopped(
    processes: Processes, environment: dict[str, str]
) -> None:
    process = processes.start("sleeper", SLEEPER, environment)
    assert processes.running()["sleeper"].pid == process.pid
    processes.stop("sleeper")
    assert not process.is_running()
    assert processes.running() == {}


def test_stopping_twice_or_what_never_ran_is_fine(processes: Processes, environment: dict[str, str]) -> None:
    processes.start("sleeper", SLEEPER, environment)
    processes.stop("sleeper", "nobody")
    processes.stop("sleeper", "nobody")


def test_one_that_ignores_sigterm_is_killed(processes: Processes, environment: dict[str, str]) -> None:
    process = processes.start("stubborn", STUBBORN, environment)
    wait_for(processes, "stubborn", "ready")
    processes.stop("stubborn", grace=0.1)
    assert not process.is_running()


def test_a_pid_whose_start_time_differs_is_somebody_else_and_is_left_alone(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str]
) -> None:
    stranger = processes.start("stranger", SLEEPER, environment)
    record = json.loads(paths.processes.read_text())[0]
    paths.processes.write_text(json.dumps([{**record, "name": "etcd", "started": record["started"] - 60}]))
    assert processes.running() == {}
    processes.stop("etcd")
    assert stranger.is_running()


def test_a_process_that_ended_by_itself_is_not_running(
    processes: Processes, environment: dict[str, str]
) -> None:
    process = processes.start("short", [sys.executable, "-c", "print('done')"], environment)
    process.wait(timeout=20)
    assert processes.running() == {}
    assert processes.last_words("short") == "done"


def test_a_zombie_is_not_running(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str]
) -> None:
    child = subprocess.Popen(["true"])
    process = psutil.Process(child.pid)
    record = ProcessRecord("gone", child.pid, process.create_time(), ())
    deadline = time.monotonic() + 20
    while process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
    assert record.process() is None
    child.wait()


def test_other_programs_see_the_same_daemons(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str]
) -> None:
    processes.start("sleeper", SLEEPER, environment)
    other = Processes(paths)
    assert set(other.running()) == {"sleeper"}
    other.stop("sleeper")
    assert processes.running() == {}


def test_a_daemon_whose_record_was_lost_is_found_by_its_mark_and_so_is_its_child(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str]
) -> None:
    nested = f"import subprocess, sys; subprocess.run({SLEEPER!r})"
    process = processes.start("parent", [sys.executable, "-c", nested], environment)
    paths.processes.unlink()
    deadline = time.monotonic() + 20
    while len(found := processes.of_this_sandbox()) < 2:
        assert time.monotonic() < deadline
    assert process.pid in {each.pid for each in found}
    end(found, grace=1)
    assert processes.of_this_sandbox() == []


def test_the_mark_of_another_sandbox_is_not_ours(
    tmp_path: Path, processes: Processes, environment: dict[str, str]
) -> None:
    other = Processes(SandboxPaths(tmp_path / "other"))
    (tmp_path / "other").mkdir()
    other.start("sleeper", SLEEPER, environment)
    assert processes.of_this_sandbox() == []
    other.stop("sleeper")


def test_a_daemon_gets_the_environment_it_was_given_and_nothing_else(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")
    process = processes.start("sleeper", SLEEPER, environment)
    deadline = time.monotonic() + 20
    # For an instant after its start a process has no environment at all.
    while not (seen := process.environ()):
        assert time.monotonic() < deadline
    assert seen == {**environment, MARK: str(paths.root)}


def test_an_environment_of_a_real_account_starts_nothing(
    paths: SandboxPaths, processes: Processes, environment: dict[str, str]
) -> None:
    with pytest.raises(RealAccountError):
        processes.start("sleeper", SLEEPER, {**environment, "AWS_PROFILE": "prod"})
    assert processes.of_this_sandbox() == []


def test_a_daemon_lives_in_a_session_of_its_own_so_that_ctrl_c_does_not_reach_it(
    processes: Processes, environment: dict[str, str]
) -> None:
    process = processes.start("sleeper", SLEEPER, environment)
    assert os.getsid(process.pid) == process.pid


def test_a_small_step_of_the_clock_does_not_make_a_stranger_of_a_daemon(
    processes: Processes, environment: dict[str, str]
) -> None:
    processes.start("sleeper", SLEEPER, environment)
    record = processes.running()["sleeper"]
    assert replace(record, started=record.started + 1).process() is not None
