"""The kubelet's part for the pods of MPIJobs, which KWOK leaves alone: images, runs, restarts and deadlines.

It does not ask whether the operator still runs: a pod lives on its node, whoever made it. What it knows of a
pod it reads back from the pod's status, so the agent can be killed at any moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from knowledge.nccl_job import JOB_LABEL, ROLE_LABEL
from sandbox.paths import SandboxPaths
from sandbox.world.events import tell
from sandbox.world.kubernetes import (
    NODES,
    NOT_FOUND,
    Document,
    Kubernetes,
    KubernetesError,
    is_going,
    pod_path,
    rfc3339,
)
from sandbox.world.mpi import slow
from sandbox.world.mpi.fault import NcclFault, in_force
from sandbox.world.mpi.job import MpiJob, job_path
from sandbox.world.mpi.launcher import Ran, run
from sandbox.world.mpi.logs import PodLogs
from sandbox.world.mpi.pods import OWN_STATUS
from sandbox.world.mpi.steps import BACK_OFF, PULL_ERROR, Step, container_status, next_step
from sandbox.world.pod_report import report
from sandbox.world.pod_status import ContainerState, crashed, ended, has_ended

COMPONENT = "kubelet"

TERMINATED = 143
"""Exit code of a container that ended because it was told to."""


class MpiKubelet:
    """Runs the first container of each pod, as far as a status and a log go."""

    def __init__(
        self,
        paths: SandboxPaths,
        kubernetes: Kubernetes,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Nothing is remembered from one look to the next."""
        self._paths = paths
        self._kubernetes = kubernetes
        self._clock = clock
        self._logs = PodLogs(paths.pod_logs, kubernetes)

    def step(self, pods: Sequence[Document]) -> None:
        """Look once at the pods of all MPIJobs; those that no stand-in made are KWOK's.

        Raises what the API server raises.
        """
        fault, now = in_force(self._paths), self._clock()
        ours = [pod for pod in pods if pod["metadata"].get("annotations", {}).items() >= OWN_STATUS.items()]
        for pod in ours:
            try:
                self._look(pod, ours, fault, now)
            except KubernetesError as error:
                # The pod, its node or its job went a moment ago.
                if error.status != NOT_FOUND:
                    raise
        self._logs.keep_only(ours)

    def _look(self, pod: Document, pods: Sequence[Document], fault: NcclFault | None, now: datetime) -> None:
        is_over = has_ended(pod)
        if is_going(pod):
            if pod["spec"].get("nodeName") and not is_over:
                # A Job counts a pod that is going only once it has ended.
                self._write(pod, ended(TERMINATED), now)
            self._kubernetes.delete(pod_path(pod), gracePeriodSeconds=0)
        elif pod["spec"].get("nodeName") and not is_over:
            self._do(next_step(pod, fault, now), pod, pods, fault, now)

    def _do(
        self,
        step: Step | None,
        pod: Document,
        pods: Sequence[Document],
        fault: NcclFault | None,
        now: datetime,
    ) -> None:
        restarts = int(container_status(pod).get("restartCount", 0))
        image = pod["spec"]["containers"][0]["image"]
        match step:
            case Step.FAIL_PULL:
                message = f'Failed to pull image "{image}": not found (a fault of the sandbox: {fault})'
                self._write(pod, ContainerState("waiting", reason=PULL_ERROR, message=message), now)
                self._tell(pod, "Failed", message, now)
            case Step.BACK_OFF:
                message = f'Back-off pulling image "{image}": not found (a fault of the sandbox: {fault})'
                self._write(pod, ContainerState("waiting", reason=BACK_OFF, message=message), now)
            case Step.START:
                self._logs.open(pod, restarts)
                self._write(pod, ContainerState(ready=True, restarts=restarts), now)
            case Step.END:
                self._end(pod, self._run(pod, pods, fault), restarts, now)
            case Step.EXCEED_DEADLINE:
                message = "Pod was active on the node longer than the specified deadline"
                self._write(pod, ended(TERMINATED), now, reason="DeadlineExceeded", message=message)

    def _run(self, launcher: Document, pods: Sequence[Document], fault: NcclFault | None) -> Ran:
        metadata = launcher["metadata"]
        job = MpiJob(self._kubernetes.get(job_path(metadata["namespace"], metadata["labels"][JOB_LABEL])))
        workers = [
            pod
            for pod in pods
            if pod["metadata"]["namespace"] == job.namespace
            and pod["metadata"]["labels"].items() >= {JOB_LABEL: job.name, ROLE_LABEL: "worker"}.items()
            and not is_going(pod)
        ]
        nodes = {pod["spec"]["nodeName"] for pod in workers if pod["spec"].get("nodeName")}
        types = {node: self._instance_type(node) for node in nodes}
        ran = run(launcher, workers, job.workers, types, fault)
        is_slow = slow.strikes(slow.in_force(self._paths), nodes)
        return replace(ran, lines=slow.slowed(ran.lines)) if is_slow else ran

    def _instance_type(self, node: str) -> str:
        labels: Mapping[str, str] = self._kubernetes.get(f"{NODES}/{node}")["metadata"]["labels"]
        return labels["node.kubernetes.io/instance-type"]

    def _end(self, pod: Document, ran: Ran, restarts: int, now: datetime) -> None:
        self._logs.write(pod, restarts, ran.lines, rfc3339(now))
        if ran.exit_code and pod["spec"].get("restartPolicy") != "Never":
            self._write(pod, crashed(ran.message, restarts + 1, ran.exit_code), now)
            self._tell(pod, "BackOff", "Back-off restarting failed container", now)
        else:
            self._write(pod, ended(ran.exit_code, ran.message, restarts), now)
        if ran.reason:
            self._tell(pod, ran.reason, ran.message, now)

    def _write(self, pod: Document, state: ContainerState, now: datetime, **of_pod: str) -> None:
        report(self._kubernetes, pod, pod["spec"]["containers"][0], state, now, **of_pod)

    def _tell(self, pod: Document, reason: str, message: str, now: datetime) -> None:
        about = {"apiVersion": "v1", "kind": "Pod", **pod}
        tell(self._kubernetes, COMPONENT, about, reason, message, rfc3339(now), warns=True)
