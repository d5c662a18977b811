"""What the MPI operator does about an MPIJob: a pure decision from the job and its parts.

After `syncHandler` in pkg/controller/mpi_job_controller.go of the MPI operator 0.8.2, in its order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.world.kubernetes import Document, is_going
from sandbox.world.mpi.conditions import conditions_of, is_finished, is_true
from sandbox.world.mpi.job import MpiJob, Parts
from sandbox.world.mpi.status import Status, first_status, next_status
from sandbox.world.pod_status import has_ended


@dataclass(frozen=True)
class Decision:
    """What to do about one MPIJob, in this order."""

    delete: tuple[str, ...] = ()
    """Names of workers."""
    create_workers: tuple[int, ...] = ()
    create_launcher: bool = False
    suspend_launcher: bool | None = None
    """To set the Job's field; None leaves it."""
    status: Status | None = None
    """None: as it is."""


def decide(job: MpiJob, parts: Parts, now: str) -> Decision:
    """What release 0.8.2 would do. `now` is in RFC 3339."""
    before = first_status(job, now)
    if is_finished(before["conditions"]) and "completionTime" in before:
        if job.policy.get("cleanPodPolicy", "None") == "None":
            return Decision()
        workers = {**before.get("replicaStatuses", {}), "Worker": {}}
        return Decision(_to_clean(job, parts.workers), status={**before, "replicaStatuses": workers})
    conditions = conditions_of(parts.launcher)
    if is_true(conditions, "Complete") or is_true(conditions, "Failed"):
        seen = Parts(parts.launcher, parts.launcher_pods)
        return Decision(status=next_status(job, before, seen, now))
    status = next_status(job, before, parts, now)
    suspended = bool(parts.launcher and parts.launcher["spec"].get("suspend"))
    aligned = parts.launcher is None or suspended == job.is_suspended
    missing = () if job.is_suspended else _missing(job, parts.workers)
    return Decision(
        _to_clean(job, parts.workers) if job.is_suspended else _beyond(job, parts.workers),
        missing,
        parts.launcher is None and _launcher_may_start(job, parts.workers, missing),
        None if aligned else job.is_suspended,
        status,
    )


def _missing(job: MpiJob, workers: Iterable[Document]) -> tuple[int, ...]:
    names = {pod["metadata"]["name"] for pod in workers}
    return tuple(index for index in range(job.workers) if job.worker_name(index) not in names)


def _beyond(job: MpiJob, workers: Iterable[Document]) -> tuple[str, ...]:
    wanted = {job.worker_name(index) for index in range(job.workers)}
    names = (pod["metadata"]["name"] for pod in workers)
    return tuple(name for name in names if name not in wanted)


def _to_clean(job: MpiJob, workers: Iterable[Document]) -> tuple[str, ...]:
    """Names of the workers that go with the end of the job, or while it is suspended."""
    only_running = job.policy.get("cleanPodPolicy") == "Running"
    return tuple(
        pod["metadata"]["name"]
        for pod in workers
        if not is_going(pod) and not (only_running and has_ended(pod))
    )


def _launcher_may_start(job: MpiJob, workers: Sequence[Document], missing: Sequence[int]) -> bool:
    ready = sum(is_true(conditions_of(pod), "Ready") for pod in workers)
    return job.is_suspended or not job.waits_for_workers or (not missing and ready == len(workers))
