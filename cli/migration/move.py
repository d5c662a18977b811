"""Carries a plan out: node by node, looking anew before each step, so that it can stop and go on anywhere.

A node is closed to further pods, its pods are evicted as their disruption budgets allow, those that were
evicted run elsewhere, and then its instance ends. Only then comes the next.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lightkube.models.core_v1 import Pod

from cli.errors import CommandError
from cli.migration.planner import Plan, plan
from cli.migration.pods import (
    controller,
    full_name,
    has_succeeded,
    is_finished,
    is_going,
    is_ready,
    must_move,
)
from cli.migration.scene import GroupNode, Seen
from cli.waiting import Clock, Ending, wait_until

POLL_SECONDS = 1.0


class Surroundings(Protocol):
    """What can be seen of a cluster and done to it (`hands.Hands`)."""

    def look(self) -> Seen:
        """One look at everything."""
        ...

    def pods(self) -> Sequence[Pod]:
        """Every pod."""
        ...

    def has_node(self, node: GroupNode) -> bool:
        """Whether the node is still one of the cluster."""
        ...

    def stop_cluster_autoscaler(self) -> None:
        """Scale it to nothing."""
        ...

    def runs_cluster_autoscaler(self) -> bool:
        """Whether one of its pods is left, and may still size a group."""
        ...

    def begin(self, node: GroupNode) -> None:
        """Let no further pod onto a node."""
        ...

    def undo(self, node: GroupNode) -> None:
        """Let pods onto the node again."""
        ...

    def evict(self, pod: Pod) -> bool:
        """Ask for one pod to go elsewhere; False where its disruption budget does not allow it now."""
        ...

    def end(self, node: GroupNode) -> None:
        """End the node's instance, with no other in its place."""
        ...


@dataclass(frozen=True)
class Waiting:
    """One look at something that takes its time."""

    for_what: tuple[str, ...]
    """Everything that is still to come; nothing: it is done."""

    def is_done(self) -> bool:
        """Whether nothing is waited for any more."""
        return not self.for_what


@dataclass(frozen=True)
class Migration:
    """A cluster to work on, and how to speak and to wait. `patience_seconds` is for each node."""

    surroundings: Surroundings
    tell: Callable[[str], None]
    patience_seconds: float
    show: Callable[[str, float], None] = lambda _, __: None
    clock: Clock | None = None

    def run(self, *, partly: bool = False) -> Plan:
        """Do all that is left to do; the plan of what stays. Raises CommandError where it cannot go on.

        Nothing is touched while any step is refused. With `partly`, nodes whose pods may not go are passed
        over.
        """
        seen = self.surroundings.look()
        present = _allowed(plan(seen), partly=partly)
        if seen.cluster_autoscaler is not None and not seen.adopted:
            self._stop_cluster_autoscaler()
        while (node := present.next_node()) is not None:
            self._move(node)
            present = _allowed(plan(self.surroundings.look()), partly=partly)
        return present

    def _stop_cluster_autoscaler(self) -> None:
        self.surroundings.stop_cluster_autoscaler()
        self._wait("Cluster Autoscaler", "does not stop", self._stopping)
        self.tell("Cluster Autoscaler is scaled to zero")

    def _move(self, node: GroupNode) -> None:
        self.surroundings.begin(node)
        # A pod that came in the last moment has not been judged yet; none comes any more.
        still = plan(self.surroundings.look()).next_node()
        if still is None or still.name != node.name:
            self.surroundings.undo(node)
            return
        before = self.surroundings.pods()
        seconds = self._wait(node.name, "is not empty", lambda: self._empty(node, before))
        self.surroundings.end(node)
        self._wait(node.name, "is still there", lambda: self._ending(node))
        self.tell(f"{node.name} has gone; its pods were elsewhere after {seconds:.0f} s")

    def _empty(self, node: GroupNode, before: Sequence[Pod]) -> Waiting:
        """Evict what is on the node as far as that is allowed now, and see what is missing of `before`."""
        pods = self.surroundings.pods()
        left = [pod for pod in pods if _is_on(pod, node)]
        for pod in left:
            if not is_going(pod):
                self.surroundings.evict(pod)
        lacking = sorted(_lacking(node, before, pods).items())
        still_here = [f"{full_name(pod)} is on it" for pod in left]
        return Waiting((*still_here, *(f"{owner} lacks {count} that are ready" for owner, count in lacking)))

    def _ending(self, node: GroupNode) -> Waiting:
        return Waiting(("its instance ends",) if self.surroundings.has_node(node) else ())

    def _stopping(self) -> Waiting:
        return Waiting(("a pod is left",) if self.surroundings.runs_cluster_autoscaler() else ())

    def _wait(self, subject: str, fault: str, look: Callable[[], Waiting]) -> float:
        """Seconds until it was done; raises CommandError when patience runs out."""
        waited = wait_until(
            look,
            Waiting.is_done,
            show=lambda seen, seconds: self.show(f"{subject}: {'; '.join(seen.for_what) or 'done'}", seconds),
            patience_seconds=self.patience_seconds,
            clock=self.clock,
            poll_seconds=POLL_SECONDS,
        )
        if waited.ending is not Ending.DONE:
            what = f"{fault} after {waited.seconds:.0f} s: {'; '.join(waited.last.for_what)}"
            cure = "see make status; run it again to go on, or go back with: eks-efa migrate --back"
            raise CommandError(subject, what, cure)
        return waited.seconds


def _allowed(present: Plan, *, partly: bool) -> Plan:
    """The plan, if it may be carried out; else CommandError with the first refusal."""
    refused = present.foundation_refused if partly else present.refused
    if not refused:
        return present
    more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
    cure = "see: make migrate-plan"
    if not present.foundation_refused:
        cure += "; or leave such nodes for later: eks-efa migrate --partly"
    raise CommandError(refused[0].subject, f"{'; '.join(refused[0].reasons)}{more}", cure)


def _lacking(node: GroupNode, before: Sequence[Pod], now: Sequence[Pod]) -> Mapping[str, int]:
    """How many pods are missing of those that ran `before`, by each controller with a pod on the node.

    A pod that is ready counts, and one of a Job that has run to its end meanwhile.
    """
    owners = {_owner(pod) for pod in before if _is_on(pod, node)}
    running = [pod for pod in before if _owner(pod) in owners and not is_finished(pod) and not is_going(pod)]
    over = {_uid(pod) for pod in before if is_finished(pod)}
    well = [pod for pod in now if (is_ready(pod) and not is_going(pod)) or has_succeeded(pod)]
    wanted = Counter(_owner(pod) for pod in running)
    return wanted - Counter(_owner(pod) for pod in well if _uid(pod) not in over)


def _uid(pod: Pod) -> str | None:
    return pod.metadata.uid if pod.metadata else None


def _is_on(pod: Pod, node: GroupNode) -> bool:
    """Whether the pod has to leave the node."""
    return pod.spec is not None and pod.spec.nodeName == node.name and must_move(pod)


def _owner(pod: Pod) -> str:
    """Whom the pod counts for: `train/ReplicaSet/worker-6f5`."""
    owner, namespace = controller(pod), pod.metadata.namespace if pod.metadata else ""
    return f"{namespace}/{owner.kind}/{owner.name}" if owner else full_name(pod)
