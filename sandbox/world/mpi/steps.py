"""What happens next to the container of a pod on its node: a pure decision from the pod's own status."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any

from knowledge.nccl_job import ROLE_LABEL
from sandbox.world.kubernetes import Document
from sandbox.world.mpi.fault import NcclFault
from sandbox.world.pod_status import CRASH_LOOP

RUN_SECONDS = 2.0
"""How long a launcher runs: long enough to be seen running."""

FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 8.0
"""Kubelets wait 10 s to 5 minutes; the nodes waited for boot in seconds here instead of minutes."""

PULL_ERROR = "ErrImagePull"
BACK_OFF = "ImagePullBackOff"


class Step(Enum):
    """What a kubelet does."""

    FAIL_PULL = auto()
    BACK_OFF = auto()
    START = auto()
    END = auto()
    EXCEED_DEADLINE = auto()


def container_status(pod: Document) -> Mapping[str, Any]:
    """What the status says of the first container; nothing before the first report."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    return dict(statuses[0])


def next_step(pod: Document, fault: NcclFault | None, now: datetime) -> Step | None:
    """For a pod that has a node and has not ended; None: it stays as it is."""
    container = container_status(pod)
    state = container.get("state", {})
    started, deadline = pod.get("status", {}).get("startTime"), pod["spec"].get("activeDeadlineSeconds")
    if started and deadline and _since(started, now) > deadline:
        return Step.EXCEED_DEADLINE
    if running := state.get("running"):
        is_launcher = pod["metadata"]["labels"].get(ROLE_LABEL) == "launcher"
        return Step.END if is_launcher and _since(running["startedAt"], now) >= RUN_SECONDS else None
    waits = (state.get("waiting") or {}).get("reason")
    if waits == CRASH_LOOP:
        pause = FIRST_BACKOFF_SECONDS * 2 ** (container["restartCount"] - 1)
        waited = _since(container["lastState"]["terminated"]["finishedAt"], now)
        return Step.START if waited >= min(pause, LONGEST_BACKOFF_SECONDS) else None
    if fault != NcclFault.IMAGE_PULL:
        return Step.START
    if waits is None:
        return Step.FAIL_PULL
    return Step.BACK_OFF if waits == PULL_ERROR else None


def _since(time: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(time)).total_seconds()
