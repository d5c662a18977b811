"""A stack of fake things, every run of it a process of its own; and the emulated AWS for handlers."""

import json
import multiprocessing
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.world import World
from sandbox.paths import REPOSITORY, SandboxPaths
from tests.sandbox.engine import run_engine
from tests.sandbox.engine.standing_clock import StandingClock
from tests.today import TODAY

# A process for every run, forked from one that has Pulumi imported and no threads: 20 ms instead of half
# a second.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.sandbox.engine.run_engine", "sandbox.engine.program"])

REGION = "us-west-2"

HEAD = """
import pulumi

class Thing(pulumi.CustomResource):
    def __init__(self, name, opts=None, **inputs):
        outputs = {"size": None, "version": None, "password": None, "place": None, "named": None}
        super().__init__("fake:index:Thing", name, {**outputs, **inputs}, opts)

class Remote(pulumi.ComponentResource):
    def __init__(self, name, opts=None, **inputs):
        super().__init__("fake:index:Remote", name, {"core": None, **inputs}, opts, remote=True)

Options = pulumi.ResourceOptions
"""


@dataclass
class Answer:
    """What a run said."""

    changes: dict[str, int]
    outputs: dict[str, Any]
    secrets: list[str]
    error: str | None
    events: list[str]


class FakeStack:
    """Drives the engine on a fake cloud."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cloud = root / "cloud"
        self.cloud.mkdir()
        (root / "program").mkdir()
        (root / "program" / "Pulumi.yaml").write_text("name: things\nruntime: python\n")
        (root / "program" / "Pulumi.dev.yaml").write_text("config:\n  things:depth: 3\n")

    def program(self, body: str) -> None:
        (self.root / "program" / "__main__.py").write_text(HEAD + textwrap.dedent(body))

    def start(self, verb: str, *flags: str) -> int | None:
        """Run a verb; the exit code of its process."""
        process = CHILDREN.Process(target=run_engine.child, args=(verb, self.root, *flags))
        process.start()
        process.join(45)
        if process.exitcode is None:
            process.kill()
        return process.exitcode

    def run(self, verb: str, *flags: str) -> Answer:
        """Run a verb that comes to its end, well or badly."""
        exit_code = self.start(verb, *flags)
        said = (self.root / "stderr").read_text()
        assert exit_code == 0, said
        assert said == ""
        return Answer(**json.loads((self.root / "answer.json").read_text()))

    def things(self) -> list[str]:
        """Logical names of what exists."""
        return sorted(path.name.rpartition("-")[0] for path in self.cloud.glob("*-???????.json"))

    def log(self) -> list[str]:
        """Operations since the last look."""
        path = self.cloud / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def state(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.root / "stacks" / "dev.json").read_text())
        return content


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[FakeStack]:
    yield FakeStack(tmp_path)


@pytest.fixture(scope="session")
def emulated_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all tests, as it takes two seconds to make: every test names its things itself.

    In a process of its own: moto's state is global to a process, and the emulated AWS's own tests empty it.
    """
    directory = tmp_path_factory.mktemp("emulated-aws")
    command = [sys.executable, "-m", "sandbox.aws", "--directory", str(directory), "--region", REGION]
    command += ["--day", TODAY.isoformat()]
    with subprocess.Popen(command, cwd=REPOSITORY) as server:
        try:
            yield _endpoint(server, SandboxPaths(directory).aws)
        finally:
            server.terminate()


def _endpoint(server: subprocess.Popen[bytes], announced: Path) -> str:
    deadline = time.monotonic() + 45
    while not announced.exists():
        assert time.monotonic() < deadline, "the emulated AWS does not come up"
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the emulated AWS ended with {server.wait(timeout=0.05)}")
    return str(json.loads(announced.read_text())["endpoint"])


@pytest.fixture(scope="session")
def clients(emulated_aws: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The clients that all worlds share: making EC2's takes longer than a test."""
    return World(REGION, SandboxPaths(tmp_path_factory.mktemp("clients")), endpoint=emulated_aws)


@pytest.fixture
def world(clients: World, tmp_path: Path) -> World:
    clock = StandingClock()
    made = World(REGION, SandboxPaths(tmp_path), endpoint=clients.endpoint, sleep=clock.sleep, clock=clock)
    for service in ("ec2", "ecr", "eks", "events", "iam", "kms", "logs", "sqs", "ssm", "sts"):
        made.__dict__[service] = getattr(clients, service)
    return made
