"""Runs the real Karpenter where and when the cluster says so.

KWOK's pods run nothing, so this host stands in for the container of Karpenter's Deployment. It starts the
controller with the environment that the chart rendered into the pod, as soon as a pod of it has a node, and
ends it when none has. A wrong value therefore breaks it as it would on EKS, and so does a missing permission:
it gets its service account's token, and AWS keys only where a pod identity association would bring them.

What differs from the cluster: of several replicas only the oldest pod has a process, so there is
nobody to elect and leader election is off; and ports are free ones of this machine, as pods here have none.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from typing import Any

import psutil

from sandbox.paths import SandboxPaths
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.control_plane_config import LOOPBACK, free_ports
from sandbox.world.errors import WorldError
from sandbox.world.karpenter_environment import KarpenterEnvironment
from sandbox.world.karpenter_kubelet import KarpenterKubelet
from sandbox.world.karpenter_pods import SELECTOR, controller, image_version, last_complaint, leader
from sandbox.world.kubernetes import PODS, Document, Kubernetes
from sandbox.world.pins import KARPENTER, pinned_version
from sandbox.world.pod_status import ContainerState, crashed
from sandbox.world.processes import Processes
from sandbox.world.tools import Tools

NAME = "karpenter"
"""What its process, its log and its part of the agent's file are called."""

FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 30.0
STABLE_SECONDS = 60.0
"""A process that lived so long starts anew with the first backoff."""

PROBE_SECONDS = 0.5
"""How long the readiness probe waits for an answer from this machine."""


@dataclass(frozen=True)
class KarpenterState:
    """What the host is doing, for people and for the cli."""

    state: str
    """`absent`: no pod of Karpenter; `waiting`: none has a node; `running`; `failed`: will be tried again."""
    reason: str = ""
    ready: bool = False
    """Whether the process answers its readiness probe."""
    pod: str | None = None
    pid: int | None = None
    metrics_port: int | None = None
    health_port: int | None = None
    restarts: int = 0


ABSENT = KarpenterState("absent", "no pod of Karpenter's chart in the cluster")


class KarpenterHost:
    """At most one Karpenter process, kept in step with the pods of its Deployment."""

    def __init__(
        self,
        paths: SandboxPaths,
        tools: Tools,
        kubernetes: Kubernetes,
        region: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """End what an earlier host may have left behind; `clock` measures backoff."""
        self._tools = tools
        self._kubernetes = kubernetes
        self._environment = KarpenterEnvironment(paths, kubernetes, region)
        self._kubelet = KarpenterKubelet(kubernetes)
        self._clock = clock
        self._processes = Processes(paths)
        self._processes.stop(NAME)
        self._process: psutil.Popen | None = None
        self._pod_uid = ""
        self.state = ABSENT
        self._restarts = 0
        self._started = 0.0
        self._log_start = 0
        self._given: dict[str, str] = {}
        self._backoff = FIRST_BACKOFF_SECONDS
        self._not_before = 0.0

    def step(self, facts: AwsFacts) -> KarpenterState:
        """Look once, and start, stop or restart as needed. Raises what the API server or AWS raise."""
        pods = self._kubernetes.items(PODS, labelSelector=SELECTOR)
        self._follow(pods, facts)
        self._kubelet.show(pods, self._container())
        self._kubelet.finish(pods)
        return self.state

    def _container(self) -> ContainerState:
        if self.state.state == "failed":
            return crashed(self.state.reason, self.state.restarts)
        return ContainerState(ready=self.state.ready, restarts=self.state.restarts)

    def _follow(self, pods: list[Document], facts: AwsFacts) -> None:
        pod = leader(pods)
        if pod is None:
            self.stop()
            self.state = _without_leader(pods)
        elif pod["metadata"]["uid"] != self._pod_uid:
            self.stop()
            self._forget_failures()
            self._pod_uid = pod["metadata"]["uid"]
            self.state = self._start(pod, facts)
        elif self._process is not None and self._process.poll() is not None:
            self.state = self._failed(self._process.poll())
        elif self._process is None and self._clock() >= self._not_before:
            self.state = self._start(pod, facts)
        elif self._process is not None:
            self.state = replace(self.state, ready=self._is_ready())

    def stop(self) -> None:
        """End the process, if there is one; Karpenter ends by itself on SIGTERM."""
        if self._process is not None:
            self._processes.stop(NAME)
        self._process, self._pod_uid = None, ""

    def _start(self, pod: Mapping[str, Any], facts: AwsFacts) -> KarpenterState:
        name, container = pod["metadata"]["name"], controller(pod) or {}
        version, have = image_version(container), pinned_version(KARPENTER)
        if version != have:
            self._wait_for_next_try()
            reason = f"image {container['image']}: the sandbox has Karpenter {have} only (sandbox/tools)"
            return KarpenterState("failed", reason, pod=name, restarts=self._restarts)
        metrics, health = free_ports(2)
        try:
            environment = self._environment.of(pod, container, facts) | {
                "METRICS_PORT": str(metrics),
                "HEALTH_PROBE_PORT": str(health),
            }
        except WorldError as error:
            self._wait_for_next_try()
            return KarpenterState("failed", str(error), pod=name, restarts=self._restarts)
        self._given = environment
        self._log_start = self._processes.log_size(NAME)
        self._process = self._processes.start(NAME, [self._tools.path("karpenter")], environment)
        self._started = self._clock()
        return KarpenterState(
            "running",
            pod=name,
            pid=self._process.pid,
            metrics_port=metrics,
            health_port=health,
            restarts=self._restarts,
        )

    def _is_ready(self) -> bool:
        connection = HTTPConnection(LOOPBACK, self.state.health_port, timeout=PROBE_SECONDS)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _failed(self, code: int) -> KarpenterState:
        self._process = None
        if self._clock() - self._started > STABLE_SECONDS:
            self._forget_failures()
        self._restarts += 1
        self._wait_for_next_try()
        reason = f"killed by signal {-code}" if code < 0 else f"exit code {code}: {self._complaint()}"
        if "AWS_ACCESS_KEY_ID" not in self._given:
            reason += "; no pod identity association gives it credentials"
        return KarpenterState("failed", reason, pod=self.state.pod, restarts=self._restarts)

    def _complaint(self) -> str:
        with self._processes.log(NAME).open("rb") as log:
            log.seek(self._log_start)
            return last_complaint(log.read().decode(errors="replace"))

    def _wait_for_next_try(self) -> None:
        self._not_before = self._clock() + self._backoff
        self._backoff = min(2 * self._backoff, LONGEST_BACKOFF_SECONDS)

    def _forget_failures(self) -> None:
        self._backoff, self._not_before, self._restarts = FIRST_BACKOFF_SECONDS, 0.0, 0


def _without_leader(pods: list[dict[str, Any]]) -> KarpenterState:
    if not pods:
        return ABSENT
    names = ", ".join(sorted(pod["metadata"]["name"] for pod in pods))
    return KarpenterState("waiting", f"no pod of Karpenter has a node: {names}")
