"""The MPI operator and its nodes for the runs in a `FakeApi`: a step further whenever it is told."""

from dataclasses import dataclass, field

from lightkube.models.core_v1 import ContainerStatus, Pod

from tests.cli.nccl.fake_api import Document, FakeApi
from tests.cli.nccl.nccl_objects import ended, job_pod, running
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

JOBS = "/apis/kubeflow.org/v2beta1/namespaces/nccl-test/mpijobs"
PODS = "/api/v1/namespaces/nccl-test/pods"


@dataclass
class FakeOperator:
    """`worker` is what becomes of a worker's container; `failure` makes the launchers fail with it."""

    api: FakeApi
    worker: ContainerStatus = field(default_factory=running)
    failure: str | None = None
    is_there: bool = True
    steps: dict[str, int] = field(default_factory=dict)
    """How far each run is that there was."""

    def step(self, seconds: float = 0.0) -> None:
        """Workers wait for nodes, run, then the launcher runs, then it has ended; of a run that is gone the
        pods go."""
        runs = {path: job for path, job in self.api.objects.items() if self._is_run(path, job)}
        names = {job["metadata"]["name"] for job in runs.values()}
        for path in [path for path in self.api.objects if path.startswith(f"{PODS}/")]:
            if not any(path.startswith(f"{PODS}/{name}-") for name in names):
                del self.api.objects[path]
        for path, job in runs.items() if self.is_there else ():
            name = job["metadata"]["name"]
            self.steps[name] = self.steps.get(name, 0) + 1
            self._advance(path, job, name, self.steps[name])

    def _advance(self, path: str, job: Document, run: str, step: int) -> None:
        works = self.worker.state is not None and self.worker.state.running is not None
        for index in range(2):
            if step == 1:
                self._put(job_pod(f"worker-{index}", on=None, run=run))
            elif step == 2:
                phase = "Running" if works else "Pending"
                self._put(job_pod(f"worker-{index}", self.worker, phase=phase, run=run))
        if step == 3 and works:
            self.api.logs[f"{run}-launcher-a"] = (SEED_SOCKET if "socket" in run else SEED_EFA).read_bytes()
            self._put(job_pod("launcher-a", running(), phase="Running", run=run))
        elif step == 4 and works:
            phase = "Failed" if self.failure else "Succeeded"
            self._put(job_pod("launcher-a", ended(1 if self.failure else 0), phase=phase, run=run))
            condition = {"type": phase, "status": "True", "reason": self.failure or "MPIJobSucceeded"}
            self.api.put(path, job | {"status": {"conditions": [condition]}})

    def _put(self, pod: Pod) -> None:
        assert pod.metadata
        self.api.put(f"{PODS}/{pod.metadata.name}", pod.to_dict())

    def _is_run(self, path: str, job: Document) -> bool:
        return path.startswith(f"{JOBS}/") and not job["spec"]["runPolicy"].get("suspend", False)
