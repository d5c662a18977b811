"""Workers and launcher have upstream's names, labels and owners, and what their templates say."""

from typing import Any

import pytest

from sandbox.world.mpi.job import MpiJob
from sandbox.world.mpi.pods import OWN_STATUS, launcher, worker
from tests.sandbox.world.mpi.mpi_world import mpi_job


def with_worker(**template: Any) -> MpiJob:
    """The job with another template for its workers."""
    document = mpi_job().document
    replicas = document["spec"]["mpiReplicaSpecs"]
    changed = {**replicas, "Worker": {"replicas": 1, "template": template}}
    return MpiJob({**document, "spec": {**document["spec"], "mpiReplicaSpecs": changed}})


def test_a_worker_has_the_name_the_labels_and_the_owner_that_the_operator_gives_it() -> None:
    pod = worker(mpi_job(), 1)
    assert pod["metadata"]["name"] == "nccl-efa-worker-1"
    assert pod["metadata"]["labels"] == {
        "training.kubeflow.org/operator-name": "mpi-operator",
        "training.kubeflow.org/job-name": "nccl-efa",
        "training.kubeflow.org/job-role": "worker",
        "training.kubeflow.org/replica-index": "1",
    }
    assert pod["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "kubeflow.org/v2beta1",
            "kind": "MPIJob",
            "name": "nccl-efa",
            "uid": "uid-of-nccl-efa",
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("nccl-efa-worker-1", "nccl-efa")


def test_a_worker_without_a_command_runs_sshd_and_one_with_a_command_runs_it() -> None:
    assert worker(mpi_job(), 0)["spec"]["containers"][0]["command"] == ["/usr/sbin/sshd", "-De"]
    own = with_worker(spec={"containers": [{"name": "w", "args": ["sleep"]}]})
    assert "command" not in worker(own, 0)["spec"]["containers"][0]


def test_a_template_keeps_its_own_labels_and_annotations_and_is_not_changed() -> None:
    metadata = {"labels": {"team": "a"}, "annotations": {"karpenter.sh/do-not-disrupt": "true"}}
    job = with_worker(metadata=metadata, spec={"containers": [{"name": "w"}]})
    made = worker(job, 0)["metadata"]
    assert made["labels"]["team"] == "a"
    assert made["annotations"] == {**metadata["annotations"], **OWN_STATUS}
    assert job.replica("worker")["template"] == {
        "metadata": metadata,
        "spec": {"containers": [{"name": "w"}]},
    }


def test_pods_are_restarted_as_their_replica_says_and_workers_never_where_it_says_nothing() -> None:
    assert worker(mpi_job(), 0)["spec"]["restartPolicy"] == "Never"
    for policy in ("Never", "OnFailure"):
        assert launcher(mpi_job(restart=policy))["spec"]["template"]["spec"]["restartPolicy"] == policy


def test_retries_deadline_and_clean_up_of_the_launcher_are_the_jobs() -> None:
    policy: dict[str, Any] = {"backoffLimit": 0, "activeDeadlineSeconds": 600, "ttlSecondsAfterFinished": 60}
    spec = launcher(mpi_job(cleanPodPolicy="All", **policy))["spec"]
    assert {name: spec[name] for name in policy} == policy
    assert "cleanPodPolicy" not in spec


@pytest.mark.parametrize("suspend", [True, False])
def test_the_launcher_is_suspended_with_its_job(suspend: bool) -> None:
    job = launcher(mpi_job(suspend=suspend))
    assert (job["metadata"]["name"], job["spec"]["suspend"]) == ("nccl-efa-launcher", suspend)
    assert job["spec"]["template"]["metadata"]["labels"]["training.kubeflow.org/job-role"] == "launcher"
