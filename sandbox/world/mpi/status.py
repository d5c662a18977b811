"""What the operator says of an MPIJob in its status.

After `updateMPIJobStatus` in pkg/controller/mpi_job_controller.go of the MPI operator 0.8.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.world.kubernetes import Document
from sandbox.world.mpi.conditions import (
    Condition,
    Conditions,
    conditions_of,
    is_finished,
    is_true,
    with_condition,
)
from sandbox.world.mpi.job import MpiJob, Parts
from sandbox.world.pod_status import phase_of

Status = Mapping[str, Any]


def first_status(job: MpiJob, now: str) -> Status:
    """The status the job has; of a job just seen, that it is created. `now` is in RFC 3339."""
    if job.status.get("conditions"):
        return job.status
    seen = Condition("Created", "MPIJobCreated", f"MPIJob {job.path} is created.")
    return {**job.status, "conditions": with_condition((), seen, now)}


def next_status(job: MpiJob, before: Status, parts: Parts, now: str) -> Status:
    """The status after a look at the parts."""
    times = {name: before[name] for name in ("startTime", "completionTime") if name in before}
    if not job.is_suspended:
        resumed = is_true(before["conditions"], "Suspended")
        times = {"startTime": now, **({} if resumed else times)}
    conditions: Conditions = before["conditions"]
    for condition in _suspension(job, conditions):
        conditions = with_condition(conditions, condition, now)
    if end := _end(job, parts):
        completed = (parts.launcher or {})["status"].get("completionTime")
        times = {"completionTime": completed or now, **times}
        conditions = with_condition(conditions, end, now)
    for condition in _running(job, conditions, parts):
        conditions = with_condition(conditions, condition, now)
    return {**times, "conditions": conditions, "replicaStatuses": _counts(parts)}


def _suspension(job: MpiJob, conditions: Conditions) -> Iterator[Condition]:
    if job.is_suspended:
        yield Condition("Suspended", "MPIJobSuspended", "MPIJob suspended")
    elif any(each["type"] == "Suspended" for each in conditions):
        yield Condition("Suspended", "MPIJobResumed", "MPIJob resumed", holds=False)


def _end(job: MpiJob, parts: Parts) -> Condition | None:
    """How the launcher's Job has ended; None while it may go on."""
    for each in conditions_of(parts.launcher):
        if each["status"] == "True" and each["type"] == "Complete":
            message = f"MPIJob {job.path} successfully completed."
            return Condition("Succeeded", "MPIJobSucceeded", message)
        if each["status"] == "True" and each["type"] == "Failed":
            reason = each.get("reason") or "MPIJobFailed"
            message = each.get("message") or f"MPIJob {job.path} has failed"
            last = _last_failed(parts.launcher_pods)
            if reason == "BackoffLimitExceeded" and last:
                reason, message = (
                    f"{reason}/{last.get('reason', '')}",
                    f"{message}: {last.get('message', '')}",
                )
            return Condition("Failed", reason, message)
    return None


def _last_failed(pods: Sequence[Document]) -> Mapping[str, Any]:
    failed = [pod for pod in pods if phase_of(pod) == "Failed"]
    last = max(failed, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), default=None)
    return last["status"] if last else {}


def _running(job: MpiJob, conditions: Conditions, parts: Parts) -> Iterator[Condition]:
    if job.is_suspended:
        yield Condition("Running", "MPIJobSuspended", f"MPIJob {job.path} is suspended.", holds=False)
        return
    all_run = _in_phase(parts.workers, "Running") == len(parts.workers)
    if all_run and _in_phase(parts.launcher_pods, "Running") and not is_finished(conditions):
        yield Condition("Running", "MPIJobRunning", f"MPIJob {job.path} is running.")


def _counts(parts: Parts) -> Mapping[str, Mapping[str, int]]:
    phases = {"active": "Running", "succeeded": "Succeeded", "failed": "Failed"}
    counts = {"Worker": {name: _in_phase(parts.workers, phase) for name, phase in phases.items()}}
    if parts.launcher:
        counts["Launcher"] = {
            "active": _in_phase(parts.launcher_pods, "Running"),
            "succeeded": int(is_true(conditions_of(parts.launcher), "Complete")),
            "failed": int(parts.launcher.get("status", {}).get("failed", 0)),
        }
    return {role: {name: n for name, n in count.items() if n} for role, count in counts.items()}


def _in_phase(pods: Sequence[Document], phase: str) -> int:
    return sum(phase_of(pod) == phase for pod in pods)
