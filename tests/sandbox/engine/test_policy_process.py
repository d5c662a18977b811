import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from sandbox.engine.errors import SandboxError
from sandbox.engine.policy_process import PATIENCE_SECONDS, PolicyProcess
from sandbox.engine.stack_files import StackFiles
from sandbox.paths import REPOSITORY

FILES = StackFiles("things", "dev", {"things:depth": "3"})

SILENT = "import time\ntime.sleep(600)\n"


def folder(tmp_path: Path, code: str) -> Path:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(code)
    return tmp_path


def children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def test_a_pack_ends_with_the_block_that_it_is_used_in(tmp_path: Path) -> None:
    before = children()
    with PolicyProcess(folder(tmp_path, SILENT), FILES, tmp_path / "log", preview=True):
        (pack,) = children() - before
    assert not pack.is_running()


def test_a_pack_ends_when_its_engine_is_killed(tmp_path: Path) -> None:
    engine = f"""
        import sys, time
        from pathlib import Path
        from sandbox.engine.policy_process import PolicyProcess
        from sandbox.engine.stack_files import StackFiles
        pack = Path({str(folder(tmp_path, SILENT))!r})
        with PolicyProcess(pack, StackFiles("things", "dev", {{}}), pack / "log", preview=True):
            print("started", flush=True)
            time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(engine)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "started\n"
        (pack,) = psutil.Process(started.pid).children()
        started.send_signal(signal.SIGKILL)
    gone, alive = psutil.wait_procs([pack], timeout=120)
    for process in alive:
        process.kill()
    assert gone == [pack]


def test_a_pack_knows_the_stack_that_it_judges(tmp_path: Path) -> None:
    code = """
import json, os, sys
names = ("PULUMI_PROJECT", "PULUMI_STACK", "PULUMI_DRY_RUN", "PULUMI_CONFIG")
print(json.dumps([os.environ[name] for name in names]), file=sys.stderr, flush=True)
print(1, flush=True)
"""
    with PolicyProcess(folder(tmp_path, code), FILES, tmp_path / "log", preview=True) as process:
        assert process.address() == "127.0.0.1:1"
    assert (tmp_path / "log").read_text() == '["things", "dev", "true", "{\\"things:depth\\": \\"3\\"}"]\n'


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"no policy pack; name a folder with a PulumiPolicy\.yaml"):
        PolicyProcess(tmp_path, FILES, tmp_path / "log", preview=True)


def test_a_pack_that_says_nothing_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def in_vain(*asked: Any) -> tuple[list[Any], list[Any], list[Any]]:
        waited.append(asked[-1])
        return [], [], []

    monkeypatch.setattr("sandbox.engine.policy_process.select", SimpleNamespace(select=in_vain))
    with (
        PolicyProcess(folder(tmp_path, SILENT), FILES, tmp_path / "log", preview=True) as process,
        pytest.raises(SandboxError, match=f"announced no port within {PATIENCE_SECONDS} s"),
    ):
        process.address()
    assert waited == [PATIENCE_SECONDS]
