"""Faults of an MPIJob, each in the operator's terms."""

from typing import Any

import pytest

from sandbox.world.mpi.job import MpiJob
from sandbox.world.mpi.validation import faults_of
from tests.sandbox.world.mpi.mpi_world import mpi_job


def with_replica(role: str, **changes: Any) -> MpiJob:
    document = mpi_job().document
    replicas = document["spec"]["mpiReplicaSpecs"]
    changed = {**replicas, role: {**replicas[role], **changes}}
    return MpiJob({**document, "spec": {**document["spec"], "mpiReplicaSpecs": changed}})


@pytest.mark.parametrize("job", [mpi_job(), mpi_job("a" + "b" * 53), mpi_job(restart="OnFailure")])
def test_a_good_job_has_no_fault(job: MpiJob) -> None:
    assert list(faults_of(job)) == []


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        (mpi_job("a" + "b" * 54), "metadata.name: "),
        (mpi_job("1-is-no-letter"), "metadata.name: "),
        (with_replica("Launcher", replicas=2), "spec.mpiReplicaSpecs[Launcher].replicas: must be 1"),
        (with_replica("Worker", replicas=0), "spec.mpiReplicaSpecs[Worker].replicas: must be greater"),
        (
            with_replica("Worker", restartPolicy="ExitCode"),
            "spec.mpiReplicaSpecs[Worker].restartPolicy: ExitCode",
        ),
        (
            with_replica("Launcher", template={}),
            "spec.mpiReplicaSpecs[Launcher].template.spec.containers: must",
        ),
    ],
)
def test_a_fault_names_its_field(job: MpiJob, fault: str) -> None:
    (found,) = faults_of(job)
    assert found.startswith(fault)


def test_a_job_may_have_no_workers_and_must_have_a_launcher() -> None:
    document = mpi_job().document
    without = MpiJob({**document, "spec": {"mpiReplicaSpecs": {}}})
    assert list(faults_of(without)) == ["spec.mpiReplicaSpecs[Launcher]: must have Launcher replica spec"]
