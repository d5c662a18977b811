"""MPIJobs, their parts, and an API server in memory that takes what the stand-ins write."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.world.kubernetes import CONFLICT, NOT_FOUND, Document, Kubernetes, KubernetesError
from sandbox.world.mpi.job import MpiJob, Parts, job_path
from sandbox.world.mpi.pods import launcher, worker

NOW = "2026-11-24T10:00:00Z"
LATER = "2026-11-24T10:00:05Z"
RUN = ["mpirun", "--tag-output", "-np", "2", "/opt/nccl-tests/build/all_reduce_perf", "-b", "8"]
EFA = {"limits": {"nvidia.com/gpu": "1", "vpc.amazonaws.com/efa": "1"}}


def mpi_job(
    name: str = "nccl-efa",
    *,
    workers: int = 2,
    creation: str = "WaitForWorkersReady",
    status: Mapping[str, Any] | None = None,
    command: Sequence[str] = RUN,
    restart: str = "Never",
    **policy: Any,
) -> MpiJob:
    """An MPIJob of the test; `policy` are fields of its runPolicy."""
    starter = {"name": "launcher", "image": "nccl:1", "command": list(command)}
    rank = {"name": "worker", "image": "nccl:1", "resources": EFA}
    metadata = {"name": name, "namespace": "nccl-test", "uid": f"uid-of-{name}"}
    replicas = {
        "Launcher": {
            "replicas": 1,
            "restartPolicy": restart,
            "template": {"spec": {"containers": [starter]}},
        },
        "Worker": {"replicas": workers, "template": {"spec": {"containers": [rank]}}},
    }
    spec = {"launcherCreationPolicy": creation, "runPolicy": policy, "mpiReplicaSpecs": replicas}
    document = {"apiVersion": "kubeflow.org/v2beta1", "kind": "MPIJob", "metadata": metadata, "spec": spec}
    return MpiJob({**document, **({"status": dict(status)} if status is not None else {})})


def worker_pod(job: MpiJob, index: int, phase: str = "Running", node: str = "node-a") -> Document:
    """A worker as it is in the cluster."""
    pod = worker(job, index)
    ready = {"type": "Ready", "status": str(phase == "Running")}
    pod["status"] = {"phase": phase, "conditions": [ready]}
    return _placed(pod, node)


def launcher_job(job: MpiJob, *conditions: tuple[str, str], failed: int = 0) -> Document:
    """The launcher's Job with the conditions, each a type and a reason, that Kubernetes has set."""
    document = launcher(job)
    document["metadata"]["uid"] = f"uid-of-{job.launcher_name}"
    kinds = [
        {"type": kind, "status": "True", "reason": why, "message": f"{why}."} for kind, why in conditions
    ]
    completed = {"completionTime": LATER} if ("Complete", "") in conditions else {}
    document["status"] = {"conditions": kinds, "failed": failed, **completed}
    return document


def launcher_pod(job: MpiJob, phase: str = "Running", node: str = "node-s", **status: Any) -> Document:
    """The launcher's pod as Kubernetes makes it of the Job."""
    template = copy.deepcopy(launcher(job)["spec"]["template"])
    owner = {"kind": "Job", "uid": f"uid-of-{job.launcher_name}", "controller": True}
    name = f"{job.launcher_name}-x7k2p"
    template["metadata"] |= {"name": name, "namespace": job.namespace, "ownerReferences": [owner]}
    return _placed({**template, "status": {"phase": phase, **status}}, node)


def parts(job: MpiJob, launcher: Document | None = None, *pods: Document, workers: str = "") -> Parts:
    """What there is of a job; `workers` are their phases, by their first letters."""
    phases = {"P": "Pending", "R": "Running", "S": "Succeeded", "F": "Failed"}
    found = tuple(worker_pod(job, index, phases[letter]) for index, letter in enumerate(workers))
    return Parts(launcher, pods, found)


def going(document: Document) -> Document:
    """The same, being deleted."""
    return {**document, "metadata": {**document["metadata"], "deletionTimestamp": NOW}}


def conditions(status: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Status and reason of each condition by its type."""
    return {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}


class StoredObjects(Kubernetes):
    """An API server in memory: objects by path; `refused` are paths that it takes nothing at."""

    def __init__(self) -> None:
        self.objects: dict[str, Document] = {}
        self.refused: dict[str, int] = {}
        self.writes: list[str] = []
        self.asked_to_create: list[str] = []

    def put(self, path: str, *documents: Document) -> None:
        """Have objects in a list, without a write."""
        for document in documents:
            self.objects[f"{path}/{document['metadata']['name']}"] = document

    def put_job(self, job: MpiJob) -> None:
        """Have an MPIJob."""
        self.objects[job_path(job.namespace, job.name)] = job.document

    def events(self) -> list[tuple[str, str, str]]:
        """Name of the object, reason and message of each event."""
        found = [each for path, each in self.objects.items() if "/events/" in path]
        return [(each["involvedObject"]["name"], each["reason"], each["message"]) for each in found]

    def get(self, path: str, **parameters: str) -> Document:
        if path not in self.objects:
            raise KubernetesError(NOT_FOUND, f"{path} not found")
        return self.objects[path]

    def items(self, path: str, **parameters: str) -> list[Document]:
        kind = path.rpartition("/")[2]
        in_all_namespaces = "/namespaces/" not in path
        return [
            each
            for where, each in self.objects.items()
            if where.split("/")[-2] == kind and (in_all_namespaces or where.startswith(path))
        ]

    def create(self, path: str, document: Mapping[str, Any]) -> Document:
        self.asked_to_create.append(path)
        return self._write(f"{path}/{document['metadata']['name']}", document, new=True)

    def apply(self, path: str, document: Mapping[str, Any]) -> Document:
        old = self.objects.get(path, {})
        merged = {key: {**old.get(key, {}), **document[key]} for key in ("metadata", "spec")}
        return self._write(path, {**old, **document, **merged})

    def replace(self, path: str, document: Mapping[str, Any]) -> Document:
        return self._write(path.removesuffix("/status"), document)

    def patch_status(self, path: str, document: Mapping[str, Any]) -> None:
        old = self.objects[path]
        self._write(path, {**old, "status": {**old.get("status", {}), **document["status"]}})

    def delete(self, path: str, **options: Any) -> None:
        self.writes.append(f"delete {path.rpartition('/')[2]}")
        self.objects.pop(path, None)

    def _write(self, path: str, document: Mapping[str, Any], *, new: bool = False) -> Document:
        if status := self.refused.get(path) or self.refused.get(path.rpartition("/")[0]):
            raise KubernetesError(status, "refused by a quota")
        if new and path in self.objects:
            raise KubernetesError(CONFLICT, f"{path} exists")
        self.writes.append(f"write {path.rpartition('/')[2]}")
        self.objects[path] = dict(document)
        return self.objects[path]


def _placed(pod: Document, node: str) -> Document:
    pod["metadata"] |= {"uid": f"uid-of-{pod['metadata']['name']}", "creationTimestamp": NOW}
    pod["spec"] |= {"nodeName": node} if node else {}
    return pod
