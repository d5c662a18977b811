"""Pods as the scale verbs count them: running, starting on a node, or waiting for a reason."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lightkube.models.core_v1 import Pod

from cli.pending.reason import Reason


@dataclass(frozen=True)
class PendingPod:
    """A pod that does not run, and why. `node` is set once the scheduler has found it a place."""

    namespace: str
    name: str
    node: str | None
    reason: Reason


@dataclass(frozen=True)
class PodCount:
    """Pods that run, by node, and those that do not. Pods that are being deleted are in neither."""

    running_on: tuple[str, ...]
    pending: tuple[PendingPod, ...]

    @property
    def running(self) -> int:
        """How many run."""
        return len(self.running_on)

    def by_reason(self) -> list[tuple[Reason, int]]:
        """Each reason with the number of pods that wait for it, most first."""
        return Counter(pod.reason for pod in self.pending).most_common()

    def hopeless(self) -> bool:
        """Whether some pod waits for what will never come."""
        return any(pod.reason.final for pod in self.pending)


STARTING = Reason("placed on a node, starting")
UNKNOWN = Reason("waiting to be placed")


def count_pods(pods: Iterable[Pod], reason_of: Callable[[Pod], Reason | None]) -> PodCount:
    """Count pods. `reason_of` is asked only about pods without a node; None: nobody has said why yet."""
    running: list[str] = []
    pending: list[PendingPod] = []
    for pod in pods:
        metadata, phase = pod.metadata, pod.status.phase if pod.status else None
        if metadata is None or metadata.deletionTimestamp is not None:
            continue
        node = pod.spec.nodeName if pod.spec else None
        if phase == "Running":
            running.append(node or "")
        elif phase == "Pending":
            reason = STARTING if node else reason_of(pod) or UNKNOWN
            pending.append(PendingPod(metadata.namespace or "", metadata.name or "", node, reason))
    return PodCount(tuple(running), tuple(sorted(pending, key=lambda pod: (pod.namespace, pod.name))))
