"""The emulated AWS on a port of its own, and a world whose waiting takes no time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.aws.server import Server
from sandbox.aws.world import World as EmulatedAws
from sandbox.engine.world import World
from sandbox.paths import SandboxPaths

REGION = "us-west-2"


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def emulated_aws() -> Iterator[str]:
    """One for all tests, as it takes two seconds to make: every test names its things itself."""
    server = Server(EmulatedAws(REGION))
    server.start()
    try:
        yield server.endpoint
    finally:
        server.stop()


@pytest.fixture(scope="session")
def clients(emulated_aws: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The clients that all worlds share: making EC2's takes longer than a test."""
    return World(REGION, SandboxPaths(tmp_path_factory.mktemp("clients")), endpoint=emulated_aws)


@pytest.fixture
def world(clients: World, tmp_path: Path) -> World:
    time = Time()
    made = World(REGION, SandboxPaths(tmp_path), endpoint=clients.endpoint, sleep=time.sleep, clock=time)
    for service in ("ec2", "eks", "events", "iam", "kms", "logs", "sqs", "ssm", "sts"):
        made.__dict__[service] = getattr(clients, service)
    return made
