"""The stand-in of the MPI operator: when it acts, what it makes, what it tells."""

from datetime import datetime
from typing import Any

import pytest

from sandbox.world.kubernetes import KubernetesError
from sandbox.world.mpi.job import MpiJob, job_path
from sandbox.world.mpi.operator import MpiOperator, MpiOperatorState
from tests.sandbox.world.mpi.mpi_world import NOW, StoredObjects, mpi_job, worker_pod

OPERATORS = "/api/v1/namespaces/mpi-operator/pods"
PODS = "/api/v1/namespaces/nccl-test/pods"
JOBS = "/apis/batch/v1/namespaces/nccl-test/jobs"


def operator_pod(phase: str) -> dict[str, Any]:
    return {"metadata": {"name": "mpi-operator-1"}, "status": {"phase": phase}}


class World:
    def __init__(self, *jobs: MpiJob, operator: str = "Running") -> None:
        self.kubernetes = StoredObjects()
        for job in jobs:
            self.kubernetes.put_job(job)
        if operator:
            self.kubernetes.put(OPERATORS, operator_pod(operator))
        self.operator = MpiOperator(self.kubernetes, lambda: datetime.fromisoformat(NOW))

    def step(self) -> MpiOperatorState:
        pods = [each for path, each in self.kubernetes.objects.items() if path.startswith(f"{PODS}/")]
        return self.operator.step(pods)

    def job(self, name: str = "nccl-efa") -> MpiJob:
        return MpiJob(self.kubernetes.objects[job_path("nccl-test", name)])


@pytest.mark.parametrize(("operator", "state"), [("", "absent"), ("Pending", "waiting")])
def test_nothing_is_done_while_the_operators_own_pod_does_not_run(operator: str, state: str) -> None:
    world = World(mpi_job(), operator=operator)
    found = world.step()
    assert (found.state, world.kubernetes.writes) == (state, [])
    assert "mpi-operator" in found.reason


def test_a_new_job_gets_its_workers_and_then_its_status_and_event() -> None:
    world = World(mpi_job())
    assert world.step() == MpiOperatorState("acting", jobs=1)
    assert world.kubernetes.writes[:3] == [
        "write nccl-efa-worker-0",
        "write nccl-efa-worker-1",
        "write nccl-efa",
    ]
    created = ("nccl-efa", "MPIJobCreated", "MPIJob nccl-test/nccl-efa is created.")
    assert world.kubernetes.events() == [created]


def test_a_second_step_writes_nothing() -> None:
    world = World(mpi_job(creation="AtStartup"))
    world.step()
    world.kubernetes.objects[f"{JOBS}/nccl-efa-launcher"]["metadata"]["uid"] = "given by the API server"
    world.step()
    world.kubernetes.writes.clear()
    world.step()
    assert world.kubernetes.writes == []


def test_what_was_made_a_moment_ago_is_no_fault() -> None:
    world = World(mpi_job())
    world.kubernetes.put(PODS, worker_pod(mpi_job(), 0))
    assert world.operator.step([]).state == "acting"
    assert f"{PODS}/nccl-efa-worker-1" in world.kubernetes.objects
    assert world.job().status


def test_a_worker_that_is_refused_is_told_and_no_launcher_is_made() -> None:
    world = World(mpi_job(creation="AtStartup"))
    world.kubernetes.refused[PODS] = 403
    world.step()
    world.step()
    assert world.kubernetes.writes == [world.kubernetes.writes[0]]
    assert world.kubernetes.events() == [
        ("nccl-efa", "MPIJobFailed", "worker pod created failed: refused by a quota")
    ]
    assert f"{JOBS}/nccl-efa-launcher" not in world.kubernetes.objects


def test_a_job_with_faults_is_told_of_all_of_them_and_keeps_no_other_waiting() -> None:
    bad = MpiJob({**mpi_job("bad").document, "spec": {"mpiReplicaSpecs": {}}})
    world = World(bad, mpi_job())
    world.step()
    assert world.kubernetes.events()[0] == (
        "bad",
        "ValidationError",
        "Found validation errors: spec.mpiReplicaSpecs[Launcher]: must have Launcher replica spec",
    )
    assert world.job().status
    assert not world.job("bad").status


def test_what_was_told_is_not_told_again_unless_it_was_not_taken() -> None:
    bad = MpiJob({**mpi_job("bad").document, "spec": {"mpiReplicaSpecs": {}}})
    world = World(bad)
    events = "/api/v1/namespaces/nccl-test/events"
    world.kubernetes.refused[events] = 500
    world.step()
    assert world.kubernetes.events() == []
    del world.kubernetes.refused[events]
    for _ in range(3):
        world.step()
    assert world.kubernetes.asked_to_create == [events] * 2
    assert len(world.kubernetes.events()) == 1


def test_an_api_server_that_fails_is_not_taken_for_a_refusal() -> None:
    world = World(mpi_job())
    world.kubernetes.refused[PODS] = 500
    with pytest.raises(KubernetesError):
        world.step()


def test_a_job_that_went_or_changed_meanwhile_is_seen_to_the_next_time() -> None:
    world = World(mpi_job())
    for status in (404, 409):
        world.kubernetes.refused[job_path("nccl-test", "nccl-efa")] = status
        assert world.step().state == "acting"
    assert world.kubernetes.events() == []


def test_a_job_that_is_suspended_suspends_its_launcher_and_a_job_that_is_resumed_resumes_it() -> None:
    world = World(mpi_job(creation="AtStartup"))
    world.step()
    path = f"{JOBS}/nccl-efa-launcher"
    world.kubernetes.objects[path]["metadata"]["uid"] = "given by the API server"
    for suspended in (True, False):
        spec = {**world.job().document["spec"], "runPolicy": {"suspend": suspended}}
        world.kubernetes.put_job(MpiJob({**world.job().document, "spec": spec}))
        world.step()
        assert world.kubernetes.objects[path]["spec"]["suspend"] is suspended
        assert world.kubernetes.objects[path]["spec"]["template"]
    assert [reason for _, reason, _ in world.kubernetes.events()] == [
        "MPIJobCreated",
        "MPIJobSuspended",
        "MPIJobResumed",
    ]
