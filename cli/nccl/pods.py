"""The pods of a run as their status tells: how far each is, and what keeps it from going on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from lightkube.models.core_v1 import ContainerStatus, Pod

from cli.pending.reason import Reason
from cli.pods import STARTING, UNKNOWN
from knowledge.nccl_job import LAUNCHER_CONTAINER, ROLE_LABEL

IMAGE_FAULTS = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
"""What kubelet says where an image does not come (pkg/kubelet/images/types.go of Kubernetes)."""
CONFIG_FAULTS = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
"""What it says where the container cannot be made or begun (pkg/kubelet/kuberuntime/ of Kubernetes)."""


class State(Enum):
    """How far a pod is."""

    WAITING = "waits for a node"
    STARTING = "starts on its node"
    RUNNING = "runs"
    SUCCEEDED = "has ended"
    FAILED = "has failed"


@dataclass(frozen=True)
class PodSeen:
    """One pod. `name` is without the run's (`worker-0`); `reason` says what keeps it, None where it runs."""

    full_name: str
    name: str
    launcher: bool
    state: State
    reason: Reason | None
    restarts: int
    """How often its container was started anew."""
    has_log: bool
    """Whether its container has begun, so that its log can be read."""
    created: datetime

    @property
    def trouble(self) -> str | None:
        """What keeps the pod, with its name in front."""
        return f"{self.name}: {self.reason.text}" if self.reason else None


def pods_seen(
    run: str,
    pods: Iterable[Pod],
    no_node: Callable[[Pod], Reason | None],
    starting: Callable[[Pod], str | None] = lambda _: None,
) -> tuple[PodSeen, ...]:
    """The pods of a run by age and name, but for those that are being deleted.

    `no_node` says why a pod has no node; `starting` the newest that kubelet said of one that has.
    """
    seen = [_seen(run, pod, no_node, starting) for pod in pods if not _is_leaving(pod)]
    return tuple(sorted(seen, key=lambda pod: (pod.created, pod.name)))


def _is_leaving(pod: Pod) -> bool:
    return pod.metadata is None or pod.metadata.deletionTimestamp is not None


def _seen(
    run: str, pod: Pod, no_node: Callable[[Pod], Reason | None], starting: Callable[[Pod], str | None]
) -> PodSeen:
    metadata, status = pod.metadata, pod.status
    name = (metadata.name if metadata else None) or ""
    labels = (metadata.labels if metadata else None) or {}
    launcher = labels.get(ROLE_LABEL) == "launcher"
    containers = [*((status and status.initContainerStatuses) or ()), *_containers(pod)]
    state, reason = _state(pod), None
    if state is State.WAITING:
        reason = no_node(pod) or UNKNOWN
    elif state is State.FAILED:
        reason = _ended(pod, containers, final=not launcher)
    else:
        reason = next(filter(None, (_fault(each, final_crash=not launcher) for each in containers)), None)
        if reason is None and state is State.STARTING:
            said = starting(pod)
            reason = Reason(said) if said else STARTING
    started = [each for each in _containers(pod) if not launcher or each.name == LAUNCHER_CONTAINER]
    return PodSeen(
        full_name=name,
        name=name.removeprefix(f"{run}-") if not launcher else "launcher",
        launcher=launcher,
        state=state,
        reason=reason,
        restarts=max((each.restartCount for each in containers), default=0),
        has_log=any(each.state and (each.state.running or each.state.terminated) for each in started),
        created=(metadata.creationTimestamp if metadata else None) or datetime.min.replace(tzinfo=UTC),
    )


def _containers(pod: Pod) -> list[ContainerStatus]:
    return (pod.status.containerStatuses if pod.status else None) or []


def _state(pod: Pod) -> State:
    phase = pod.status.phase if pod.status else None
    if phase in ("Running", "Succeeded", "Failed"):
        return State[phase.upper()]
    return State.STARTING if pod.spec and pod.spec.nodeName else State.WAITING


def _fault(container: ContainerStatus, *, final_crash: bool) -> Reason | None:
    """What kubelet has against a container that is not running.

    A launcher that ends early is started again, for it may only have been earlier than the workers' sshd;
    its job says when that is enough. A worker that ends is not worth waiting for.
    """
    waiting = container.state.waiting if container.state else None
    kind = (waiting.reason if waiting else None) or ""
    said = ((waiting.message if waiting else None) or "").strip()
    if kind in IMAGE_FAULTS:
        named = said if container.image in said else f"{container.image}{_behind(said)}"
        return Reason(f"{kind}: {named}; is `nccl.image` right, and may the nodes pull it?", final=True)
    if kind in CONFIG_FAULTS:
        return Reason(f"{kind}: its container cannot be made{_behind(said)}", final=True)
    if kind == "CrashLoopBackOff":
        last = container.lastState.terminated if container.lastState else None
        code = f" with exit code {last.exitCode}" if last else ""
        return Reason(
            f"{kind}: its container ends at once{code}, {container.restartCount} times", final_crash
        )
    return None


def _ended(pod: Pod, containers: Iterable[ContainerStatus], *, final: bool) -> Reason:
    """Why a pod failed: final for a worker, which the operator does not make anew while it is still there."""
    status = pod.status
    ended = [each.state.terminated for each in containers if each.state and each.state.terminated]
    codes = [f"exit code {one.exitCode}" for one in ended if one.exitCode]
    said = [status.reason or "", status.message or ""] if status else []
    words = ": ".join(filter(None, [*said, *codes[:1]]))
    return Reason(f"it failed{_behind(words)}", final)


def _behind(words: str) -> str:
    return f": {words}" if words else ""
