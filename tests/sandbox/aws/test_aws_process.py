"""`python -m sandbox.aws` as the processes around it see it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

Start = Callable[[Path, str], tuple[subprocess.Popen[bytes], str]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(directory: Path, region: str) -> tuple[subprocess.Popen[bytes], str]:
        command = [sys.executable, "-m", "sandbox.aws", "--directory", str(directory), "--region", region]
        process = subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
        started.append(process)
        announcement = directory / "aws.json"
        deadline = time.monotonic() + 30
        while not announcement.exists():
            assert process.poll() is None, "the server ended before it listened"
            assert time.monotonic() < deadline, "the server did not listen within 30 s"
            time.sleep(0.05)
        return process, json.loads(announcement.read_text())["endpoint"]

    yield run
    for process in started:
        process.kill()
        process.wait()


def health(endpoint: str) -> Any:
    with urlopen(f"{endpoint}/_sandbox/health") as response:
        return json.loads(response.read())


def test_two_servers_run_side_by_side_on_loopback_and_end_cleanly(start: Start, tmp_path: Path) -> None:
    west, west_endpoint = start(tmp_path / "west", "us-west-2")
    east, east_endpoint = start(tmp_path / "east", "us-east-1")
    assert west_endpoint.startswith("http://127.0.0.1:")
    assert west_endpoint != east_endpoint
    assert health(west_endpoint)["region"] == "us-west-2"
    assert health(east_endpoint)["region"] == "us-east-1"
    for process in (west, east):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert not (tmp_path / "west" / "aws.json").exists()
