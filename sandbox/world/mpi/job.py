"""An MPIJob, with the defaults that the operator fills in, and what the cluster has of it.

Fields and defaults: pkg/apis/kubeflow/v2beta1/{types,default,constants}.go of the MPI operator 0.8.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.nccl_job import API_VERSION
from sandbox.world.kubernetes import Document, is_going

Role = Literal["launcher", "worker"]

OPERATOR = "mpi-operator"
OPERATOR_LABEL = "training.kubeflow.org/operator-name"
INDEX_LABEL = "training.kubeflow.org/replica-index"

PODS_OF_JOBS = f"{OPERATOR_LABEL}={OPERATOR}"
"""Selects the pods of all MPIJobs."""

MPI_JOBS = f"/apis/{API_VERSION}/mpijobs"
"""The list of all MPIJobs."""


def job_path(namespace: str, name: str) -> str:
    """Where the API server has an MPIJob."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/mpijobs/{name}"


@dataclass(frozen=True)
class MpiJob:
    """One MPIJob as the API server has it."""

    document: Document

    @property
    def name(self) -> str:
        """Also the beginning of the names of all its parts."""
        return str(self.document["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Where its pods run as well."""
        return str(self.document["metadata"]["namespace"])

    @property
    def uid(self) -> str:
        """Tells it from another job of the same name."""
        return str(self.document["metadata"]["uid"])

    @property
    def path(self) -> str:
        """Namespace and name, as messages have them."""
        return f"{self.namespace}/{self.name}"

    @property
    def launcher_name(self) -> str:
        """Of the batch/v1 Job whose pod is the launcher."""
        return f"{self.name}-launcher"

    def worker_name(self, index: int) -> str:
        """Of a worker's pod, and its host name."""
        return f"{self.name}-worker-{index}"

    @property
    def policy(self) -> Mapping[str, Any]:
        """`spec.runPolicy`."""
        return dict(self.document["spec"].get("runPolicy") or {})

    def replica(self, role: Role) -> Mapping[str, Any]:
        """What is said about launcher or workers; empty where nothing is."""
        return dict(self.document["spec"]["mpiReplicaSpecs"].get(role.capitalize()) or {})

    @property
    def workers(self) -> int:
        """How many there shall be."""
        return int(self.replica("worker").get("replicas", 0))

    @property
    def is_suspended(self) -> bool:
        """A job that makes no pods yet."""
        return bool(self.policy.get("suspend", False))

    @property
    def is_ours(self) -> bool:
        """Whether the operator looks after it: it is not being deleted and names no other controller."""
        manager = self.policy.get("managedBy")
        return not is_going(self.document) and manager in (None, "", "kubeflow.org/mpi-operator")

    @property
    def waits_for_workers(self) -> bool:
        """Whether the launcher is made only once all workers are Ready; by default it is made at once."""
        return str(self.document["spec"].get("launcherCreationPolicy")) == "WaitForWorkersReady"

    @property
    def status(self) -> Mapping[str, Any]:
        """What the operator has written so far."""
        return dict(self.document.get("status") or {})

    @property
    def owner_reference(self) -> Document:
        """What makes an object a part of this job, so that it goes with it."""
        return {
            "apiVersion": self.document["apiVersion"],
            "kind": self.document["kind"],
            "name": self.name,
            "uid": self.uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }


@dataclass(frozen=True)
class Parts:
    """The cluster's objects of one MPIJob."""

    launcher: Document | None = None
    """A batch/v1 Job."""
    launcher_pods: tuple[Document, ...] = ()
    workers: tuple[Document, ...] = ()


def parts_of(job: MpiJob, jobs: Iterable[Document], pods: Iterable[Document]) -> Parts:
    """Of all Jobs and pods, those that this MPIJob controls, and not one of the same name before it."""
    launcher = next((each for each in jobs if _controller(each) == job.uid), None)
    of_launcher = launcher["metadata"]["uid"] if launcher else None
    owned = [(pod, _controller(pod)) for pod in pods]
    return Parts(
        launcher,
        tuple(pod for pod, owner in owned if owner is not None and owner == of_launcher),
        tuple(pod for pod, owner in owned if owner == job.uid),
    )


def _controller(document: Document) -> str | None:
    references = document["metadata"].get("ownerReferences", ())
    return next((str(each["uid"]) for each in references if each.get("controller")), None)
