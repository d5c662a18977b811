import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox.world.commands import Finished, run

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def shell(script: str, directory: Path, seconds: float | None = None) -> Finished:
    return run(["sh", "-c", script], environment=ENVIRONMENT, directory=directory, seconds=seconds)


def test_what_a_program_said_and_how_it_ended_is_given_back(tmp_path: Path) -> None:
    done = shell("echo yes; echo so; echo no >&2; exit 3", tmp_path)
    assert (done.code, done.output, done.last_line) == (3, "yes\nso\n", "no")


def test_one_that_says_nothing_is_told_by_its_exit_code(tmp_path: Path) -> None:
    assert shell("exit 4", tmp_path).last_line == "exit code 4"


def test_one_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        shell("exec sleep 600", tmp_path, seconds=0.1)
    assert tmp_path not in [Path(child.cwd()) for child in psutil.Process().children()]


def test_ctrl_c_is_ctrl_c_though_it_has_ended_the_program_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted: list[int] = []
    communicate = subprocess.Popen.communicate

    def once_interrupted(self: "subprocess.Popen[str]", *arguments: Any, **options: Any) -> Any:
        if not interrupted:
            interrupted.append(self.wait())
            raise KeyboardInterrupt
        return communicate(self, *arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "communicate", once_interrupted)
    with pytest.raises(KeyboardInterrupt):
        # Not by SIGINT itself, which whoever runs the tests may have had ignored.
        shell("kill -KILL $$", tmp_path)
    assert interrupted == [-9]
