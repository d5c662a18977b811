"""An emulated AWS in which nobody has made anything yet, and an API server in memory."""

from collections.abc import Iterator

import pytest

from sandbox.aws.server import Server
from sandbox.aws.world import World
from sandbox.stranger.account import Account
from sandbox.stranger.names import REGION
from tests.sandbox.stranger.fake_kubernetes import FakeKubernetes


@pytest.fixture
def account() -> Iterator[Account]:
    server = Server(World(REGION))
    server.start()
    try:
        yield Account(server.endpoint, REGION)
    finally:
        server.stop()


@pytest.fixture
def kubernetes() -> FakeKubernetes:
    return FakeKubernetes()
