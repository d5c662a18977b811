import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.world import karpenter_host
from tests.sandbox.world.karpenter_world import World, alive


def status(world: World, name: str = "karpenter-1") -> dict[str, Any]:
    found: dict[str, Any] = world.kubernetes.pods[name]["status"]
    return found


def is_ready(world: World) -> bool:
    return {"Ready": "True"}.items() <= {
        each["type"]: each["status"] for each in status(world)["conditions"]
    }.items()


class Health(ThreadingHTTPServer):
    """Karpenter's readiness probe, on a port that it has from the beginning: nobody else can take it."""

    ready = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name is the base class's
        assert isinstance(self.server, Health)
        self.send_response(200 if self.server.ready and self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Iterator[Health]:
    server = Health()
    monkeypatch.setattr(karpenter_host, "free_ports", lambda count: [1, server.server_port])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_pod_runs_at_once_and_is_ready_only_when_karpenter_says_so(health: Health, world: World) -> None:
    world.run_pod()
    world.step()
    assert (status(world)["phase"], status(world)["podIP"]) == ("Running", "10.0.0.4")
    assert not world.step().ready
    assert not is_ready(world)
    health.ready = True
    world.step_until(lambda state: state.ready)
    assert is_ready(world)
    health.ready = False
    assert not world.step().ready
    assert not is_ready(world)


def test_a_probe_that_nobody_answers_is_not_passed(health: Health, world: World) -> None:
    health.ready = True
    world.run_pod()
    world.step()
    world.step_until(lambda state: state.ready)
    health.shutdown()
    health.server_close()
    assert not world.step().ready
    assert not is_ready(world)


def test_a_crash_shows_on_every_replica_with_its_reason(world: World) -> None:
    world.run_pod(fail="missing field, cluster-name")
    world.kubernetes.pods["karpenter-2"] = {
        **world.kubernetes.pods["karpenter-1"],
        "metadata": {
            **world.kubernetes.pods["karpenter-1"]["metadata"],
            "name": "karpenter-2",
            "uid": "2",
            "creationTimestamp": "2026-11-24T10:00:09Z",
        },
    }
    world.step()
    world.step_until(lambda state: state.state == "failed")
    for name in ("karpenter-1", "karpenter-2"):
        container = status(world, name)["containerStatuses"][0]
        assert container["restartCount"] == 1
        assert container["state"]["waiting"] == {
            "reason": "CrashLoopBackOff",
            "message": "exit code 2: missing field, cluster-name",
        }


def test_a_status_is_written_only_when_it_changes(world: World) -> None:
    world.run_pod()
    world.step()
    world.kubernetes.calls.clear()
    world.step()
    assert not [call for call in world.kubernetes.calls if call.startswith("PATCH")]


def test_a_pod_that_is_deleted_goes_once_its_process_has_ended(world: World) -> None:
    world.run_pod()
    world.step()
    world.kubernetes.pods["karpenter-1"]["metadata"]["deletionTimestamp"] = "2026-11-24T11:00:00Z"
    assert world.step().state == "waiting"
    assert not alive(world)
    assert world.kubernetes.pods == {}
