"""A stand-in for Kubeflow's MPI operator, whose own pod executes nothing, as no pod does here.

It does what release 0.8.2 does, in the same order: workers first, then the launcher, at last the status. It
acts only while the operator's Deployment has a running pod; without one an MPIJob stays untouched, as it
would on AWS. Left out are gang scheduling and what only a process in a pod would meet (see `pods`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.world.events import tell
from sandbox.world.kubernetes import CONFLICT, NOT_FOUND, Document, Kubernetes, KubernetesError, rfc3339
from sandbox.world.mpi.conditions import conditions_of, news
from sandbox.world.mpi.decision import Decision, decide
from sandbox.world.mpi.job import MPI_JOBS, MpiJob, job_path, parts_of
from sandbox.world.mpi.pods import launcher, worker
from sandbox.world.mpi.status import Status
from sandbox.world.mpi.validation import faults_of
from sandbox.world.pod_status import phase_of

MANIFEST_NAME = "mpi-operator"
"""Upstream's manifest calls the namespace, the Deployment and its label `app` so."""

JOBS = "/apis/batch/v1/jobs"

COMPONENT = "mpi-job-controller"
"""What upstream calls itself in events."""

REFUSED = range(400, 500)
"""Statuses of the API server that say that the object asked for is at fault."""


@dataclass(frozen=True)
class MpiOperatorState:
    """What the stand-in is doing, for people who look into `agent.json`."""

    state: str
    """`absent`: no pod of the operator; `waiting`: none runs; `acting`."""
    reason: str = ""
    jobs: int = 0
    """MPIJobs that it looks after."""


class MpiOperator:
    """Keeps the workers, the launcher and the status of every MPIJob as the operator would."""

    def __init__(
        self, kubernetes: Kubernetes, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Of one look the next knows only what was told, so as not to tell it again."""
        self._kubernetes = kubernetes
        self._clock = clock
        self._told: set[tuple[str, str, str]] = set()

    def step(self, pods: Iterable[Document]) -> MpiOperatorState:
        """Look at every job once; `pods` are those of all MPIJobs. Raises what the API server raises."""
        state = self._state()
        if state.state != "acting":
            return state
        jobs = [MpiJob(document) for document in self._kubernetes.items(MPI_JOBS)]
        ours = [job for job in jobs if job.is_ours]
        self._told = {said for said in self._told if said[0] in {job.uid for job in ours}}
        launchers = self._kubernetes.items(JOBS) if ours else []
        for job in ours:
            now = rfc3339(self._clock())
            if faults := list(faults_of(job)):
                self._tell(job, "ValidationError", f"Found validation errors: {'; '.join(faults)}", now)
                continue
            self._act(job, decide(job, parts_of(job, launchers, pods), now), now)
        return MpiOperatorState("acting", jobs=len(ours))

    def _state(self) -> MpiOperatorState:
        path = f"/api/v1/namespaces/{MANIFEST_NAME}/pods"
        operators = self._kubernetes.items(path, labelSelector=f"app={MANIFEST_NAME}")
        if not operators:
            return MpiOperatorState("absent", f"no pod of the Deployment {MANIFEST_NAME}/{MANIFEST_NAME}")
        if not any(phase_of(pod) == "Running" for pod in operators):
            return MpiOperatorState("waiting", f"no pod of the Deployment {MANIFEST_NAME} runs")
        return MpiOperatorState("acting")

    def _act(self, job: MpiJob, decision: Decision, now: str) -> None:
        pods = f"/api/v1/namespaces/{job.namespace}/pods"
        jobs = f"/apis/batch/v1/namespaces/{job.namespace}/jobs"
        for name in decision.delete:
            self._kubernetes.delete(f"{pods}/{name}")
        parts = [(pods, worker(job, index)) for index in decision.create_workers]
        parts += [(jobs, launcher(job))] if decision.create_launcher else []
        if not all(self._create(job, path, document, now) for path, document in parts):
            return
        if decision.suspend_launcher is not None:
            changed = {"spec": {"suspend": decision.suspend_launcher}}
            identity = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": job.launcher_name}}
            self._kubernetes.apply(f"{jobs}/{job.launcher_name}", {**identity, **changed})
        if decision.status is not None and decision.status != job.status:
            self._report(job, decision.status, now)

    def _create(self, job: MpiJob, path: str, document: Document, now: str) -> bool:
        """Create a part; one that is there is fine. False where it is refused, which an event tells."""
        try:
            self._kubernetes.create(path, document)
        except KubernetesError as error:
            if error.status == CONFLICT:
                return True
            if error.status not in REFUSED:
                raise
            role = "launcher" if document["kind"] == "Job" else "worker"
            message = f"{role} pod created failed: {error}"
            self._tell(job, "MPIJobFailed", message, now)
            return False
        return True

    def _report(self, job: MpiJob, status: Status, now: str) -> None:
        path = f"{job_path(job.namespace, job.name)}/status"
        try:
            self._kubernetes.replace(path, {**job.document, "status": status})
        except KubernetesError as error:
            # The list was a moment old: the next one will do.
            if error.status not in (CONFLICT, NOT_FOUND):
                raise
            return
        for condition in news(conditions_of(job.document), status["conditions"]):
            fails = condition["type"] == "Failed"
            self._tell(job, condition["reason"], condition["message"], now, warns=fails)

    def _tell(self, job: MpiJob, reason: str, message: str, now: str, *, warns: bool = True) -> None:
        said = (job.uid, reason, message)
        if said not in self._told and tell(
            self._kubernetes, COMPONENT, job.document, reason, message, now, warns=warns
        ):
            self._told.add(said)
