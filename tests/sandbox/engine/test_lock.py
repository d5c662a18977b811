import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine.lock import LockedError, locked

HOLD = """
import sys, time
from pathlib import Path
from sandbox.engine.lock import locked
with locked(Path(sys.argv[1]), "dev"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", HOLD, str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_refused_and_told_who_works_there(tmp_path: Path) -> None:
    with holder(tmp_path / "dev.lock") as other:
        try:
            refusal = f"dev: another run .pid {other.pid}. works on it; wait"
            with pytest.raises(LockedError, match=refusal), locked(tmp_path / "dev.lock", "dev"):
                pass
        finally:
            other.kill()


def test_the_lock_of_a_killed_run_is_free(tmp_path: Path) -> None:
    with holder(tmp_path / "dev.lock") as other:
        other.kill()
    with locked(tmp_path / "dev.lock", "dev"):
        assert (tmp_path / "dev.lock").read_text() == f"{os.getpid()}\n"


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "dev.lock", "dev"):
        raise KeyError
    with locked(tmp_path / "dev.lock", "dev"):
        pass
