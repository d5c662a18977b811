"""What is done about an MPIJob, step by step, as the MPI operator 0.8.2 does it."""

from typing import Any

import pytest

from sandbox.world.mpi.decision import Decision, decide
from sandbox.world.mpi.job import MpiJob, Parts, parts_of
from tests.sandbox.world.mpi.mpi_world import (
    LATER,
    NOW,
    conditions,
    going,
    launcher_job,
    launcher_pod,
    mpi_job,
    parts,
    worker_pod,
)


def status_of(decision: Decision) -> dict[str, Any]:
    assert decision.status is not None
    return dict(decision.status)


def after(job: MpiJob, *seen: Parts, **changes: Any) -> MpiJob:
    """The job with the status that it has after looks at these parts."""
    for each in seen:
        job = MpiJob({**job.document, "status": status_of(decide(job, each, NOW))})
    policy = {**job.policy, **changes}
    return MpiJob({**job.document, "spec": {**job.document["spec"], "runPolicy": policy}})


def test_workers_are_made_first_and_a_launcher_that_waits_for_them_is_not() -> None:
    decision = decide(mpi_job(), Parts(), NOW)
    assert (decision.create_workers, decision.create_launcher) == ((0, 1), False)
    assert conditions(status_of(decision)) == {"Created": ("True", "MPIJobCreated")}
    assert status_of(decision)["startTime"] == NOW


def test_a_launcher_that_does_not_wait_is_made_with_the_workers() -> None:
    decision = decide(mpi_job(creation="AtStartup"), Parts(), NOW)
    assert (decision.create_workers, decision.create_launcher) == ((0, 1), True)


@pytest.mark.parametrize(("workers", "made"), [("PP", False), ("RP", False), ("R", False), ("RR", True)])
def test_a_launcher_that_waits_is_made_once_every_worker_is_ready(workers: str, made: bool) -> None:
    job = mpi_job()
    assert decide(job, parts(job, workers=workers), NOW).create_launcher is made


def test_a_worker_that_was_lost_is_made_anew_and_one_too_many_goes() -> None:
    job = mpi_job(workers=3)
    lost = Parts(workers=(worker_pod(job, 0), worker_pod(job, 2)))
    assert decide(job, lost, NOW).create_workers == (1,)
    assert decide(mpi_job(workers=1), parts(job, workers="RRR"), NOW).delete == (
        "nccl-efa-worker-1",
        "nccl-efa-worker-2",
    )


def test_a_worker_that_failed_stays_and_is_counted() -> None:
    job = mpi_job()
    decision = decide(job, parts(job, workers="RF"), NOW)
    assert (decision.create_workers, decision.delete) == ((), ())
    assert status_of(decision)["replicaStatuses"] == {"Worker": {"active": 1, "failed": 1}}


def test_a_suspended_job_has_a_suspended_launcher_and_no_pod() -> None:
    decision = decide(mpi_job(suspend=True), Parts(), NOW)
    assert (decision.create_workers, decision.create_launcher) == ((), True)
    status = status_of(decision)
    assert conditions(status) == {
        "Created": ("True", "MPIJobCreated"),
        "Suspended": ("True", "MPIJobSuspended"),
        "Running": ("False", "MPIJobSuspended"),
    }
    assert "startTime" not in status


def test_suspending_a_job_takes_its_pods_and_resuming_it_starts_its_clock_anew() -> None:
    job = mpi_job()
    running = parts(job, launcher_job(job), launcher_pod(job), workers="RR")
    suspended = after(job, running, suspend=True)
    decision = decide(suspended, running, NOW)
    assert (len(decision.delete), decision.suspend_launcher) == (2, True)
    resumed = after(suspended, running, suspend=False)
    decision = decide(resumed, parts(job, launcher_job(suspended)), LATER)
    assert (decision.create_workers, decision.suspend_launcher) == ((0, 1), False)
    assert conditions(status_of(decision))["Suspended"] == ("False", "MPIJobResumed")
    assert status_of(decision)["startTime"] == LATER


def test_a_job_runs_when_its_launcher_and_all_its_workers_do() -> None:
    job = mpi_job()
    waiting = parts(job, launcher_job(job), launcher_pod(job), workers="RP")
    assert "Running" not in conditions(status_of(decide(job, waiting, NOW)))
    running = parts(job, launcher_job(job), launcher_pod(job), workers="RR")
    status = status_of(decide(job, running, NOW))
    assert conditions(status)["Running"] == ("True", "MPIJobRunning")
    assert status["replicaStatuses"] == {"Launcher": {"active": 1}, "Worker": {"active": 2}}


def test_a_job_succeeds_with_its_launcher_and_no_longer_runs() -> None:
    job = mpi_job()
    running = parts(job, launcher_job(job), launcher_pod(job), workers="RR")
    complete = parts(job, launcher_job(job, ("Complete", "")), launcher_pod(job, "Succeeded"), workers="RR")
    status = status_of(decide(after(job, running), complete, NOW))
    assert conditions(status)["Succeeded"] == ("True", "MPIJobSucceeded")
    assert conditions(status)["Running"] == ("False", "MPIJobRunning")
    assert status["completionTime"] == LATER
    assert status["replicaStatuses"] == {"Launcher": {"succeeded": 1}, "Worker": {}}


def test_a_job_that_has_ended_does_not_run_again_for_a_pod_that_is_still_listed() -> None:
    job = mpi_job()
    complete = parts(job, launcher_job(job, ("Complete", "")), launcher_pod(job))
    assert "Running" not in conditions(status_of(decide(job, complete, NOW)))


def test_a_launcher_that_is_tried_again_leaves_the_job_running() -> None:
    job = mpi_job()
    running = parts(job, launcher_job(job), launcher_pod(job), workers="RR")
    again = parts(job, launcher_job(job, failed=1), launcher_pod(job, "Failed"), workers="RR")
    decision = decide(after(job, running), again, NOW)
    assert conditions(status_of(decision))["Running"] == ("True", "MPIJobRunning")
    assert status_of(decision)["replicaStatuses"]["Launcher"] == {"failed": 1}


def test_a_job_fails_with_its_launcher_for_the_reason_that_kubernetes_gives() -> None:
    job = mpi_job()
    late = parts(job, launcher_job(job, ("Failed", "DeadlineExceeded"), failed=1))
    status = status_of(decide(job, late, NOW))
    assert conditions(status)["Failed"] == ("True", "DeadlineExceeded")
    assert (status["completionTime"], status["replicaStatuses"]["Launcher"]) == (NOW, {"failed": 1})


def test_a_job_that_was_tried_too_often_repeats_what_its_last_pod_said() -> None:
    job = mpi_job()
    last = launcher_pod(job, "Failed", reason="Evicted", message="The node was low on memory")
    tried = parts(job, launcher_job(job, ("Failed", "BackoffLimitExceeded"), failed=3), last)
    (failed,) = [
        each for each in status_of(decide(job, tried, NOW))["conditions"] if each["type"] == "Failed"
    ]
    assert failed["reason"] == "BackoffLimitExceeded/Evicted"
    assert failed["message"] == "BackoffLimitExceeded.: The node was low on memory"


@pytest.mark.parametrize(
    ("policy", "deleted"),
    [({}, []), ({"cleanPodPolicy": "None"}, []), ({"cleanPodPolicy": "Running"}, [0, 1]),
     ({"cleanPodPolicy": "All"}, [0, 1, 2])],
)  # fmt: skip
def test_a_finished_job_keeps_the_workers_that_its_policy_keeps(
    policy: dict[str, Any], deleted: list[int]
) -> None:
    job = mpi_job(workers=3, **policy)
    done = parts(job, launcher_job(job, ("Complete", "")), workers="RPF")
    finished = after(job, done)
    decision = decide(finished, done, NOW)
    assert decision.delete == tuple(job.worker_name(index) for index in deleted)
    assert not (decision.create_workers or decision.create_launcher)


def test_workers_that_are_going_already_are_not_deleted_again() -> None:
    job = mpi_job(cleanPodPolicy="All")
    done = parts(job, launcher_job(job, ("Complete", "")))
    finished = after(job, done)
    assert decide(finished, Parts(done.launcher, (), (going(worker_pod(job, 0)),)), NOW).delete == ()


def test_a_second_look_at_the_same_things_changes_nothing() -> None:
    job = mpi_job(cleanPodPolicy="Running")
    for seen in (
        parts(job, workers="PP"),
        parts(job, launcher_job(job), launcher_pod(job), workers="RR"),
        parts(job, launcher_job(job, ("Complete", "")), workers="RR"),
        parts(job, launcher_job(job, ("Failed", "DeadlineExceeded"))),
    ):
        twice = after(job, seen, seen)
        assert decide(twice, seen, LATER).status in (None, twice.status)


def test_parts_of_an_earlier_job_of_the_same_name_are_not_this_jobs() -> None:
    job = mpi_job()
    earlier = MpiJob({**job.document, "metadata": {**job.document["metadata"], "uid": "another"}})
    theirs = launcher_job(earlier)
    theirs["metadata"]["uid"] = "of-another"
    found = parts_of(job, [theirs, launcher_job(job)], [worker_pod(earlier, 0), launcher_pod(job)])
    assert found.launcher is not None
    assert found.launcher["metadata"]["uid"] == "uid-of-nccl-efa-launcher"
    assert ([pod["metadata"]["name"] for pod in found.launcher_pods], found.workers) == (
        ["nccl-efa-launcher-x7k2p"],
        (),
    )


@pytest.mark.parametrize("manager", ["", "kubeflow.org/mpi-operator"])
def test_a_job_that_another_controller_manages_or_that_is_going_is_left_alone(manager: str) -> None:
    assert mpi_job(managedBy=manager).is_ours
    assert not mpi_job(managedBy="kueue.x-k8s.io/multikueue").is_ours
    assert not MpiJob(going(mpi_job().document)).is_ours
