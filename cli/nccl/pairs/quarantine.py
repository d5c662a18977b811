"""Keeping pods off a node that is to blame. Only on request, and told with the way back."""

from collections.abc import Iterable, Iterator
from typing import Any

from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from cli.cluster import Cluster
from cli.nodes import PROVISIONER_LABEL
from nccl.pairs.blame import Kind
from nccl.pairs.report import PairReport

TAINT = "eks-efa/quarantine"
"""With the value `nccl` and the effect NoSchedule: who looks at the node sees why it is closed."""


_REPAIR = "node repair does so by itself only where the node reports a fault"


def culprits(report: PairReport) -> tuple[str, ...]:
    """Nodes that are to blame beyond doubt: a link has two ends, and either may be good."""
    short = [each.node for each in report.shortfalls]
    slow = [node for each in report.findings if each.kind is Kind.NODE for node in each.nodes]
    return tuple(dict.fromkeys((*short, *slow)))


def close(cluster: Cluster, names: Iterable[str]) -> None:
    """Cordon and taint; a node that is closed already stays so."""
    for name in names:
        node = cluster.client.get(Node, name)
        taints = [taint.to_dict() for taint in (node.spec.taints if node.spec else None) or ()]
        ours = {"key": TAINT, "value": "nccl", "effect": "NoSchedule"}
        wanted: dict[str, Any] = {"unschedulable": True}
        if all(taint["key"] != TAINT for taint in taints):
            wanted["taints"] = [*taints, ours]
        cluster.client.patch(Node, name, {"spec": wanted}, patch_type=PatchType.MERGE)


def way_back(names: Iterable[str]) -> Iterator[str]:
    """How each is opened again."""
    for name in names:
        undo = f"kubectl uncordon {name} && kubectl taint node {name} {TAINT}-"
        yield f"{name} is closed to pods; open it again: {undo}"


def next_step(cluster: Cluster, names: Iterable[str]) -> Iterator[str]:
    """What to do with each: whoever brought it brings another."""
    wanted = set(names)
    claims = {
        str((claim.get("status") or {}).get("nodeName")): claim.metadata.name
        for claim in cluster.node_claims()
        if claim.metadata
    }
    for node in cluster.nodes():
        name = node.metadata.name if node.metadata else None
        if name not in wanted:
            continue
        if claim := claims.get(str(name)):
            yield f"{name}: kubectl delete nodeclaim {claim}, and Karpenter brings another ({_REPAIR})"
        elif PROVISIONER_LABEL not in ((node.metadata and node.metadata.labels) or {}):
            yield f"{name}: of a node group; end its instance once it is empty, and the group brings another"
