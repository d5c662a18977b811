"""MPIJobs that end badly: what the stand-in of the operator leaves to Kubernetes' own Job controller.

The workers need no GPU and stay on the system nodes, for which there is no recording: each launcher fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.world.kubernetes import Document, Kubernetes
from sandbox.world.mpi.conditions import conditions_of
from sandbox.world.mpi.job import job_path
from sandbox.world.pod_status import phase_of
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

NAMESPACE = "mpi-jobs"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
JOBS = f"/apis/kubeflow.org/v2beta1/namespaces/{NAMESPACE}/mpijobs"
LAUNCHERS = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
EVERYWHERE = [{"operator": "Exists"}]


def mpi_job(name: str, **policy: Any) -> Document:
    """A job whose launcher is started at once, and again in place when it fails."""
    command = ["mpirun", "/opt/nccl-tests/build/all_reduce_perf"]
    container = {"name": "main", "image": "nccl-tests", "command": command}
    template = {"spec": {"tolerations": EVERYWHERE, "containers": [container]}}
    replicas = {
        "Launcher": {"replicas": 1, "restartPolicy": "OnFailure", "template": template},
        "Worker": {"replicas": 2, "template": template},
    }
    return {
        "apiVersion": "kubeflow.org/v2beta1",
        "kind": "MPIJob",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"runPolicy": policy, "mpiReplicaSpecs": replicas},
    }


@pytest.fixture
def kubernetes(sandbox: Sandbox) -> Iterator[Kubernetes]:
    """A client; what it made goes with its namespace."""
    client = Kubernetes(sandbox.paths.kubeconfig)
    client.create("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    yield client
    client.delete(f"/api/v1/namespaces/{NAMESPACE}")
    wait_for("end of the pods", lambda: not client.items(PODS))
    client.close()


def failure(kubernetes: Kubernetes, name: str) -> str:
    """Why a job has failed; empty while it has not."""
    conditions = conditions_of(kubernetes.get(job_path(NAMESPACE, name)))
    failed = [each for each in conditions if (each["type"], each["status"]) == ("Failed", "True")]
    return failed[0]["reason"] if failed else ""


def names(kubernetes: Kubernetes, path: str) -> list[str]:
    return [each["metadata"]["name"] for each in kubernetes.items(path)]


def running(kubernetes: Kubernetes) -> list[str]:
    return [pod["metadata"]["name"] for pod in kubernetes.items(PODS) if phase_of(pod) == "Running"]


def test_a_launcher_is_restarted_until_its_limit_or_its_deadline_and_a_deleted_job_takes_its_pods(
    kubernetes: Kubernetes,
) -> None:
    for job in (
        mpi_job("limited", backoffLimit=1, cleanPodPolicy="All"),
        mpi_job("late", backoffLimit=50, activeDeadlineSeconds=4, cleanPodPolicy="All"),
        mpi_job("deleted", backoffLimit=50),
    ):
        kubernetes.create(JOBS, job)
    wait_for("failure", lambda: failure(kubernetes, "limited") == "BackoffLimitExceeded")
    wait_for("failure", lambda: failure(kubernetes, "late") == "DeadlineExceeded")
    wait_for(
        "three pods", lambda: [name.partition("-")[0] for name in running(kubernetes)] == 3 * ["deleted"]
    )
    assert "deleted-launcher" in names(kubernetes, LAUNCHERS)
    kubernetes.delete(job_path(NAMESPACE, "deleted"))
    wait_for(
        "end of a deleted job",
        lambda: not kubernetes.items(PODS) and "deleted-launcher" not in names(kubernetes, LAUNCHERS),
    )
