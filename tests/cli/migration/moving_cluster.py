"""A cluster in which evicted pods start again on nodes of Karpenter's, some seconds later."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lightkube.models.core_v1 import Pod

from cli.migration.pods import is_ready
from cli.migration.scene import Group, GroupNode, Seen
from tests.cli.migration.scenes import BEFORE, budget, gpu_pod


@dataclass
class MovingCluster:
    """Nodes with a pod of one controller on each; `healthy` of the pods must be ready at any time.

    `clock` says the seconds. A pod that is evicted is ready again `launch_seconds` later, `ending_seconds`
    pass from the end of an instance to that of its node.
    """

    pods_on: dict[str, int]
    healthy: int
    floor: int = 0
    clock: Callable[[], float] = lambda: 0.0
    launch_seconds: float = 20.0
    ending_seconds: float = 5.0
    autoscaler: int | None = 1
    acts: list[str] = field(default_factory=list)
    least_ready: int = 0
    _pods: dict[str, tuple[str, float]] = field(default_factory=dict)
    _marked: set[str] = field(default_factory=set)
    _ended: dict[str, float] = field(default_factory=dict)
    _started: int = 0

    def __post_init__(self) -> None:
        for node, count in self.pods_on.items():
            for _ in range(count):
                self._start(node, 0.0)
        self.least_ready = len(self._pods)

    def look(self) -> Seen:
        members = [node for node in self.pods_on if node not in self._ended]
        nodes = tuple(GroupNode(node, f"i-{node}", marked=node in self._marked) for node in members)
        group = Group("by-hand", floor=min(self.floor, len(self.pods_on)), desired=len(nodes), nodes=nodes)
        wanted = budget(expected=len(self._pods), desired=self.healthy, allowed=self._allowed())
        return replace(
            BEFORE,
            groups=(group,),
            cluster_autoscaler=self.autoscaler,
            pods=tuple(self.pods()),
            budgets=(wanted,),
        )

    def pods(self) -> list[Pod]:
        return [
            gpu_pod(name, on=node, phase="Running" if ready_at <= self.clock() else "Pending")
            for name, (node, ready_at) in self._pods.items()
        ]

    def stop_cluster_autoscaler(self) -> None:
        self.acts.append("stop")
        self.autoscaler = 0

    def runs_cluster_autoscaler(self) -> bool:
        return bool(self.autoscaler)

    def begin(self, node: GroupNode) -> None:
        self.acts.append(f"begin {node.name}")
        self._marked.add(node.name)

    def undo(self, node: GroupNode) -> None:
        self.acts.append(f"undo {node.name}")
        self._marked.discard(node.name)

    def evict(self, pod: Pod) -> bool:
        assert pod.metadata is not None
        assert pod.metadata.name is not None
        if is_ready(pod) and not self._allowed():
            return False
        node, _ = self._pods.pop(pod.metadata.name)
        assert node in self._marked, "a pod was evicted from a node that others may still come to"
        self.acts.append(f"evict from {node}")
        self._start(f"karpenter-{self._started}", self.clock() + self.launch_seconds)
        self.least_ready = min(self.least_ready, self._ready())
        return True

    def end(self, node: GroupNode) -> None:
        assert node.name not in [on for on, _ in self._pods.values()], "a node went with pods on it"
        self.acts.append(f"end {node.name}")
        self._ended[node.name] = self.clock()

    def has_node(self, node: GroupNode) -> bool:
        return self.clock() - self._ended.get(node.name, float("inf")) < self.ending_seconds

    def left(self) -> set[str]:
        """Nodes of the group that have not been ended."""
        return self.pods_on.keys() - self._ended.keys()

    def count(self) -> int:
        """All pods, wherever they are."""
        return len(self._pods)

    def _start(self, node: str, ready_at: float) -> None:
        self._started += 1
        self._pods[f"worker-{self._started}"] = (node, ready_at)

    def _ready(self) -> int:
        return sum(1 for _, ready_at in self._pods.values() if ready_at <= self.clock())

    def _allowed(self) -> int:
        return max(self._ready() - self.healthy, 0)
