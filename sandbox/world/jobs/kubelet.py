"""The kubelet's part for pods of Indexed Jobs that ask KWOK to leave them alone: they run until they go.

KWOK would complete them as soon as they run, and there would be no running job to look at. Pods of Jobs
without the annotation `OWN_STATUS` stay KWOK's.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sandbox.paths import SandboxPaths
from sandbox.world.jobs.fault import in_force
from sandbox.world.jobs.recordings import replay
from sandbox.world.kubernetes import (
    NOT_FOUND,
    Document,
    Kubernetes,
    KubernetesError,
    is_going,
    pod_path,
    rfc3339,
)
from sandbox.world.mpi.kubelet import TERMINATED
from sandbox.world.mpi.logs import PodLogs
from sandbox.world.mpi.pods import OWN_STATUS
from sandbox.world.pod_report import report
from sandbox.world.pod_status import ContainerState, ended, has_ended, phase_of

INDEX_LABEL = "batch.kubernetes.io/job-completion-index"
"""On every pod of an Indexed Job, by Kubernetes itself."""

PODS_OF_INDEXED_JOBS = INDEX_LABEL
"""Selects them."""


class JobKubelet:
    """Lets the first container of each pod run, as far as a status and a log go."""

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
        self._logs = PodLogs(paths.job_logs, kubernetes)

    def step(self, pods: Sequence[Document]) -> int:
        """Look once at the pods of all Indexed Jobs; how many are ours. Raises what the API server raises."""
        ours = [pod for pod in pods if pod["metadata"].get("annotations", {}).items() >= OWN_STATUS.items()]
        for pod in ours:
            try:
                self._look(pod)
            except KubernetesError as error:
                # The pod or its node went a moment ago.
                if error.status != NOT_FOUND:
                    raise
        self._logs.keep_only(ours)
        return len(ours)

    def _look(self, pod: Document) -> None:
        has_node, now = bool(pod["spec"].get("nodeName")), self._clock()
        container = pod["spec"]["containers"][0]
        if is_going(pod):
            if has_node and not has_ended(pod):
                # A Job counts a pod that is going only once it has ended.
                report(self._kubernetes, pod, container, ended(TERMINATED), now)
            self._kubernetes.delete(pod_path(pod), gracePeriodSeconds=0)
        elif has_node and phase_of(pod) == "Pending":
            self._logs.open(pod, 0)
            self._logs.write(pod, 0, self._lines(pod), rfc3339(now))
            report(self._kubernetes, pod, container, ContainerState(ready=True), now)

    def _lines(self, pod: Document) -> tuple[str, ...]:
        host = pod["spec"].get("hostname") or pod["metadata"]["name"]
        limits = pod["spec"]["containers"][0].get("resources", {}).get("limits", {})
        return replay(int(pod["metadata"]["labels"][INDEX_LABEL]), host, limits, in_force(self._paths))
