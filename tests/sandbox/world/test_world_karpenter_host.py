"""Karpenter's host with a shell script for Karpenter, which prints its environment and does as told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox.paths import SandboxPaths
from sandbox.world import kubeconfigs
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.karpenter_host import KarpenterHost, KarpenterState
from sandbox.world.processes import Processes, end
from sandbox.world.tools import Tools
from tests.sandbox.world.fake_kubernetes import FakeKubernetes
from tests.sandbox.world.test_world_karpenter_pods import pod

KARPENTER = """#!/bin/sh
env | sort > "$OUT"
[ -n "$FAIL" ] && { echo "panic: $FAIL"; exit 2; }
exec sleep 600
"""

KUBECONFIG = {
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "admin", "user": {"client-key-data": "c2VjcmV0"}}],
    "contexts": [{"name": "c", "context": {"cluster": "c", "user": "admin"}}],
    "current-context": "c",
}


class FakeFacts(AwsFacts):
    def __init__(self) -> None:
        self.identity = True

    def gives_credentials(self, namespace: str, service_account: str) -> bool:
        return self.identity and (namespace, service_account) == ("kube-system", "karpenter")


@dataclass
class World:
    paths: SandboxPaths
    kubernetes: FakeKubernetes = field(default_factory=FakeKubernetes)
    facts: FakeFacts = field(default_factory=FakeFacts)
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.kubernetes.nodes["node-a"] = {
            "status": {
                "allocatable": {"cpu": "4", "memory": "15Gi"},
                "addresses": [{"type": "InternalIP", "address": "10.0.0.4"}],
            }
        }
        self.host = self.new_host()

    def new_host(self) -> KarpenterHost:
        tools = Tools(self.paths.root / "tools")
        return KarpenterHost(self.paths, tools, self.kubernetes, "us-west-2", lambda: self.now)

    def run_pod(self, uid: str = "1", fail: str = "", image: str = "karpenter/controller:1.14.0") -> None:
        running = pod("karpenter-1", image=image, uid=uid, namespace="kube-system")
        running["spec"] |= {"serviceAccountName": "karpenter", "nodeName": "node-a"}
        running["spec"]["containers"][1]["env"] = [
            {"name": "OUT", "value": str(self.out)},
            {"name": "FAIL", "value": fail},
            {"name": "METRICS_PORT", "value": "8080"},
            {"name": "AWS_ENDPOINT_URL", "value": "https://ec2.us-west-2.amazonaws.com"},
            {"name": "SYSTEM_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        ]
        self.kubernetes.pods = {"karpenter-1": running}

    @property
    def out(self) -> Path:
        return self.paths.root / "environment"

    def step(self) -> KarpenterState:
        return self.host.step(self.facts)

    def step_until(self, done: Callable[[KarpenterState], bool]) -> KarpenterState:
        deadline = time.monotonic() + 20
        while not done(state := self.step()):
            assert time.monotonic() < deadline, state
        return state

    def environment(self) -> dict[str, str]:
        deadline = time.monotonic() + 20
        while not (self.out.exists() and "SYSTEM_NAMESPACE" in self.out.read_text()):
            assert time.monotonic() < deadline
        return dict(line.split("=", 1) for line in self.out.read_text().splitlines())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    paths = SandboxPaths(tmp_path)
    (tmp_path / "tools" / "bin").mkdir(parents=True)
    (tmp_path / "tools" / "bin" / "karpenter").write_text(KARPENTER)
    (tmp_path / "tools" / "bin" / "karpenter").chmod(0o755)
    paths.aws.write_text(json.dumps({"endpoint": "http://127.0.0.1:4566"}))
    kubeconfigs.write(paths.kubeconfig, KUBECONFIG)
    yield World(paths)
    end(Processes(paths).of_this_sandbox(), grace=1)


def alive(world: World) -> bool:
    return "karpenter" in Processes(world.paths).running()


def test_without_pods_nothing_runs(world: World) -> None:
    assert world.step().state == "absent"
    assert not alive(world)


def test_pods_without_a_node_are_waited_for_by_name(world: World) -> None:
    world.run_pod()
    del world.kubernetes.pods["karpenter-1"]["spec"]["nodeName"]
    assert world.step() == KarpenterState("waiting", "no pod of Karpenter has a node: karpenter-1")
    assert world.kubernetes.pods["karpenter-1"]["status"]["phase"] == "Pending"


def test_a_pod_with_a_node_brings_karpenter_with_the_environment_of_its_container(world: World) -> None:
    world.run_pod()
    state = world.step()
    assert (state.state, state.pod) == ("running", "karpenter-1")
    environment = world.environment()
    assert environment["SYSTEM_NAMESPACE"] == "kube-system"
    assert environment["DISABLE_LEADER_ELECTION"] == "true"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566", "whatever the chart says"
    assert environment["METRICS_PORT"] == str(state.metrics_port) != "8080"
    assert environment["HEALTH_PROBE_PORT"] == str(state.health_port)


def test_karpenter_speaks_to_kubernetes_as_its_service_account(world: World) -> None:
    world.run_pod()
    world.step()
    kubeconfig = kubeconfigs.read(Path(world.environment()["KUBECONFIG"]))
    assert kubeconfig["users"][0]["user"] == {"token": "token-1"}
    assert "POST /api/v1/namespaces/kube-system/serviceaccounts/karpenter/token" in world.kubernetes.calls


def test_pod_identity_brings_keys_and_region(world: World) -> None:
    world.run_pod()
    world.step()
    environment = world.environment()
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_REGION"]) == ("sandbox", "us-west-2")


def test_without_pod_identity_there_are_none_and_a_failure_says_so(world: World) -> None:
    world.facts.identity = False
    world.run_pod(fail="no region")
    world.step()
    assert {"AWS_ACCESS_KEY_ID", "AWS_REGION"}.isdisjoint(world.environment())
    state = world.step_until(lambda state: state.state == "failed")
    assert state.reason == "exit code 2: no region; no pod identity association gives it credentials"


def test_karpenter_goes_with_its_pods(world: World) -> None:
    world.run_pod()
    world.step()
    world.kubernetes.pods.clear()
    assert world.step().state == "absent"
    assert not alive(world)


def test_a_new_pod_brings_a_new_process(world: World) -> None:
    world.run_pod("1")
    before = world.step().pid
    assert world.step().pid == before
    world.run_pod("2")
    assert world.step().pid != before


def test_a_crash_is_told_and_tried_again_after_longer_and_longer_pauses(world: World) -> None:
    world.run_pod(fail="missing field, cluster-name")
    world.step()
    state = world.step_until(lambda state: state.state == "failed")
    assert (state.reason, state.restarts) == ("exit code 2: missing field, cluster-name", 1)
    assert world.step().state == "failed", "not before its time"
    world.now += 1
    assert world.step().state == "running"
    world.step_until(lambda state: state.state == "failed")
    world.now += 1
    assert world.step().state == "failed"
    world.now += 1
    assert (world.step().state, world.host.state.restarts) == ("running", 2)


def test_a_kill_is_told_by_its_signal(world: World) -> None:
    world.run_pod()
    world.step()
    psutil.Process(world.host.state.pid).kill()
    assert world.step_until(lambda state: state.state == "failed").reason == "killed by signal 9"


def test_an_image_that_was_not_built_here_does_not_run(world: World) -> None:
    world.run_pod(image="public.ecr.aws/karpenter/controller:1.13.0")
    state = world.step()
    assert state.state == "failed"
    assert "the sandbox has Karpenter 1.14.0 only" in state.reason
    assert not alive(world)


def test_a_new_host_ends_what_an_older_one_left_behind(world: World) -> None:
    world.run_pod()
    world.step()
    world.new_host()
    assert not alive(world)


def test_a_missing_config_map_is_the_reason(world: World) -> None:
    world.run_pod()
    missing: dict[str, Any] = {"name": "X", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "k"}}}
    world.kubernetes.pods["karpenter-1"]["spec"]["containers"][1]["env"].append(missing)
    assert world.step().reason.startswith("none: no such configMap")


def status(world: World, name: str = "karpenter-1") -> dict[str, Any]:
    found: dict[str, Any] = world.kubernetes.pods[name]["status"]
    return found


def is_ready(world: World) -> bool:
    return {"Ready": "True"}.items() <= {
        each["type"]: each["status"] for each in status(world)["conditions"]
    }.items()


def test_a_pod_runs_at_once_and_is_ready_only_when_karpenter_says_so(world: World) -> None:
    world.run_pod()
    world.step()
    assert (status(world)["phase"], status(world)["podIP"]) == ("Running", "10.0.0.4")
    assert not is_ready(world)
    health = ThreadingHTTPServer(("127.0.0.1", world.host.state.health_port or 0), Healthy)
    thread = threading.Thread(target=health.serve_forever, args=(0.01,))
    thread.start()
    assert world.step().ready
    assert is_ready(world)
    health.shutdown()
    health.server_close()
    thread.join()
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


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name is the base class's
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
