"""Nodes as the user thinks of them: who brought one, and how many GPUs and EFA interfaces it has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lightkube.models.core_v1 import Node

from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL, SYSTEM_LABEL

GROUP_LABEL = "eks.amazonaws.com/nodegroup"
"""Label that EKS puts on nodes of a managed node group. Its name ends in letters that Pulumi made up."""
PROVISIONER_LABEL = "karpenter.sh/nodepool"
"""Label that Karpenter puts on nodes of a NodePool."""


@dataclass(frozen=True)
class NodeRow:
    """One node. `group` is set on nodes scaled by hand, `provisioner` on Karpenter's; counts are capacity.

    Both are names as the settings have them, where the labels tell; else EKS's name of the group.
    """

    name: str
    instance_type: str
    zone: str
    group: str | None
    provisioner: str | None
    gpus: int
    efa_interfaces: int
    ready: bool


def node_row(node: Node) -> NodeRow:
    """What a node says of itself by its labels, capacity and conditions."""
    metadata = node.metadata
    labels: Mapping[str, str] = (metadata.labels if metadata else None) or {}
    capacity: Mapping[str, str] = (node.status.capacity if node.status else None) or {}
    conditions = (node.status.conditions if node.status else None) or []
    return NodeRow(
        name=(metadata.name if metadata else None) or "",
        instance_type=labels.get("node.kubernetes.io/instance-type", ""),
        zone=labels.get("topology.kubernetes.io/zone", ""),
        group=_group(labels),
        provisioner=labels.get(PROVISIONER_LABEL),
        gpus=int(capacity.get(GPU_RESOURCE, "0")),
        efa_interfaces=int(capacity.get(EFA_RESOURCE, "0")),
        ready=any(condition.type == "Ready" and condition.status == "True" for condition in conditions),
    )


def _group(labels: Mapping[str, str]) -> str | None:
    if GROUP_LABEL not in labels:
        return None
    return "system" if SYSTEM_LABEL in labels else labels.get(POOL_LABEL, labels[GROUP_LABEL])


def node_rows(nodes: Iterable[Node]) -> list[NodeRow]:
    """Rows of nodes: groups first, then provisioners, each by name."""
    rows = (node_row(node) for node in nodes)
    return sorted(rows, key=lambda row: (row.provisioner or "", row.group or "", row.name))


@dataclass(frozen=True)
class NodeSummary:
    """Nodes of one group or provisioner and one instance type. GPU and EFA counts are per node."""

    brought_by: str
    instance_type: str
    nodes: int
    ready: int
    gpus: int
    efa_interfaces: int


def brought_by(row: NodeRow) -> str:
    """`group system`, `provisioner p5`, or `-` where neither brought the node."""
    if row.provisioner is not None:
        return f"provisioner {row.provisioner}"
    return f"group {row.group}" if row.group is not None else "-"


def summarise(rows: Iterable[NodeRow]) -> list[NodeSummary]:
    """Count nodes that differ in nothing but their names; order of the rows is kept."""
    counted: dict[tuple[str, str, int, int], tuple[int, int]] = {}
    for row in rows:
        kind = (brought_by(row), row.instance_type, row.gpus, row.efa_interfaces)
        nodes, ready = counted.get(kind, (0, 0))
        counted[kind] = (nodes + 1, ready + row.ready)
    return [
        NodeSummary(by, instance_type, nodes, ready, gpus, efa)
        for (by, instance_type, gpus, efa), (nodes, ready) in counted.items()
    ]
