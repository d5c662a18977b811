"""What `status` knows, as one document: `status --json` prints it, the table is drawn from it.

Scripts read it, so a key is never renamed; `docs/status.md` describes each.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cli.karpenter import KarpenterState, Provisioner
from cli.nodes import NodeRow
from cli.pods import PodCount


@dataclass(frozen=True)
class Chart:
    """A Helm release of the stack. `reason` says why it is recorded only; None: it is installed."""

    name: str
    version: str
    reason: str | None


@dataclass(frozen=True)
class SandboxState:
    """The sandbox's own part. All empty where the stack is no sandbox."""

    running: bool = False
    directory: str | None = None
    aws_endpoint: str | None = None
    deployed: bool = False
    """Whether the program has been deployed into it."""
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class ClusterState:
    """What the cluster itself answers."""

    kubernetes: str
    karpenter: KarpenterState
    provisioners: Sequence[Provisioner]
    nodes: Sequence[NodeRow]
    pods: PodCount

    def can_scale(self) -> bool:
        """Whether Karpenter and every provisioner are ready for pods."""
        return self.karpenter.ready and all(provisioner.ready for provisioner in self.provisioners)


@dataclass(frozen=True)
class Status:
    """Everything that `status` shows. `cluster` is None where there is none to ask."""

    stack: str
    kubeconfig: str | None
    cluster: ClusterState | None
    sandbox: SandboxState

    def document(self) -> dict[str, Any]:
        """The document as plain values; its shape is the same whether something runs or not."""
        cluster = self.cluster
        return {
            "stack": self.stack,
            "kubeconfig": self.kubeconfig,
            "kubernetes": cluster.kubernetes if cluster else None,
            "karpenter": asdict(cluster.karpenter if cluster else KarpenterState(None, ready=False, pods=0)),
            "provisioners": [asdict(each) for each in cluster.provisioners] if cluster else [],
            "nodes": [asdict(node) for node in cluster.nodes] if cluster else [],
            "pods": _pods(cluster.pods if cluster else PodCount((), ())),
            "sandbox": asdict(self.sandbox) | {"charts": [asdict(chart) for chart in self.sandbox.charts]},
        }


def _pods(pods: PodCount) -> dict[str, Any]:
    pending = [
        {
            "namespace": pod.namespace,
            "name": pod.name,
            "node": pod.node,
            "reason": pod.reason.text,
            "final": pod.reason.final,
        }
        for pod in pods.pending
    ]
    return {"running": pods.running, "pending": pending}
