"""A host for Karpenter with a shell script for Karpenter, which prints its environment and does as told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.paths import SandboxPaths
from sandbox.world import kubeconfigs
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.karpenter_host import KarpenterHost, KarpenterState
from sandbox.world.processes import Processes, end
from sandbox.world.tools import Tools
from tests.sandbox.world.fake_kubernetes import FakeKubernetes
from tests.sandbox.world.test_world_karpenter_pods import pod

KARPENTER = """#!/bin/sh
env > "$OUT.draft" && mv "$OUT.draft" "$OUT"
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
        while not self.out.exists():
            assert time.monotonic() < deadline
        return dict(line.split("=", 1) for line in self.out.read_text().splitlines())


@contextmanager
def karpenter_world(directory: Path) -> Iterator[World]:
    """One in this directory; its processes end with the block."""
    paths = SandboxPaths(directory)
    (directory / "tools" / "bin").mkdir(parents=True)
    (directory / "tools" / "bin" / "karpenter").write_text(KARPENTER)
    (directory / "tools" / "bin" / "karpenter").chmod(0o755)
    paths.aws.write_text(json.dumps({"endpoint": "http://127.0.0.1:4566"}))
    kubeconfigs.write(paths.kubeconfig, KUBECONFIG)
    try:
        yield World(paths)
    finally:
        end(Processes(paths).of_this_sandbox(), grace=1)


def alive(world: World) -> bool:
    return "karpenter" in Processes(world.paths).running()
