"""Conditions of an MPIJob: how one is set, and what an event tells of it.

After `setCondition` in pkg/controller/mpi_job_controller_status.go of the MPI operator 0.8.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.world.kubernetes import Document

Conditions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Condition:
    """Something that holds of an MPIJob, or no longer does."""

    kind: str
    """`Created`, `Suspended`, `Running`, `Succeeded` or `Failed`."""
    reason: str
    message: str
    holds: bool = True


def conditions_of(document: Document | None) -> Conditions:
    """An object's conditions; none of an object that is not there."""
    return tuple((document or {}).get("status", {}).get("conditions", ()))


def is_true(conditions: Iterable[Mapping[str, Any]], kind: str) -> bool:
    """Whether a condition of an MPIJob, a Job or a pod holds."""
    return any(each["type"] == kind and each["status"] == "True" for each in conditions)


def is_finished(conditions: Conditions) -> bool:
    """Whether an MPIJob has succeeded, or failed for good."""
    return is_true(conditions, "Succeeded") or is_true(conditions, "Failed")


def with_condition(conditions: Conditions, new: Condition, now: str) -> list[Mapping[str, Any]]:
    """The conditions with one more; nothing changes where it holds already, for the same reason."""
    old = next((each for each in conditions if each["type"] == new.kind), {})
    status = str(new.holds)
    if (old.get("status"), old.get("reason")) == (status, new.reason):
        return list(conditions)
    ends_it = new.kind in ("Failed", "Succeeded")
    others = [
        {**each, "status": "False"} if ends_it and each["type"] == "Running" else each
        for each in conditions
        if each["type"] != new.kind
    ]
    same = old.get("status") == status
    document = {
        "type": new.kind,
        "status": status,
        "reason": new.reason,
        "message": new.message,
        "lastUpdateTime": now,
        "lastTransitionTime": old["lastTransitionTime"] if same else now,
    }
    return [*others, document]


def news(before: Conditions, after: Conditions) -> list[Mapping[str, Any]]:
    """The conditions that an event tells of: those that were set, and that a job was resumed."""
    known = {(each["type"], each["status"], each["reason"]) for each in before}
    return [
        each
        for each in after
        if (each["type"], each["status"], each["reason"]) not in known
        and (each["status"] == "True" or each["type"] == "Suspended")
    ]
