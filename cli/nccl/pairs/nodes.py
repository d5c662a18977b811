"""The nodes of a pool, and what one lacks that the test asks for: seen in seconds, without a test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lightkube.models.core_v1 import Node

from cli.cluster import Cluster
from cli.nccl.templates import Template
from knowledge.fault import Fault
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL
from knowledge.quantities import parse_quantity
from nccl.pairs.report import Shortfall

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
DEVICES = (GPU_RESOURCE, EFA_RESOURCE)
DRIVER = "nvidia.com/cuda.driver-version.full"
"""Of NVIDIA's GPU feature discovery, where somebody runs it
(https://github.com/NVIDIA/k8s-device-plugin/blob/main/docs/gpu-feature-discovery/README.md)."""


@dataclass(frozen=True)
class PoolNode:
    """A node as the test sees it."""

    name: str
    instance_type: str | None
    ready: bool
    allocatable: Mapping[str, str]
    versions: Mapping[str, str]
    """What may tell it from its like: kubelet, kernel, image, and the driver where a label has it."""

    def count(self, resource: str) -> Decimal:
        """How much of a resource pods can have; none of one that the node does not know."""
        found = parse_quantity(self.allocatable.get(resource, "0"))
        return Decimal(0) if isinstance(found, Fault) else found


def nodes_of(cluster: Cluster, pool: str) -> tuple[PoolNode, ...]:
    """The nodes of a node group or provisioner that are not leaving, by name."""
    found = (
        pool_node(node)
        for node in cluster.nodes()
        if node.metadata
        and (node.metadata.labels or {}).get(POOL_LABEL) == pool
        and node.metadata.deletionTimestamp is None
    )
    return tuple(sorted(found, key=lambda node: node.name))


def pool_node(node: Node) -> PoolNode:
    """Read a node."""
    metadata, status = node.metadata, node.status
    labels = (metadata.labels if metadata else None) or {}
    conditions = (status.conditions if status else None) or []
    info = status.nodeInfo if status else None
    versions = {
        "kubelet": info.kubeletVersion if info else "",
        "kernel": info.kernelVersion if info else "",
        "image": info.osImage if info else "",
        "driver": labels.get(DRIVER, ""),
    }
    return PoolNode(
        name=(metadata.name if metadata else None) or "",
        instance_type=labels.get(INSTANCE_TYPE),
        ready=any(each.type == "Ready" and each.status == "True" for each in conditions),
        allocatable=(status.allocatable if status else None) or {},
        versions={name: version for name, version in versions.items() if version},
    )


def shortfalls(nodes: Sequence[PoolNode], template: Template) -> tuple[Shortfall, ...]:
    """What a node lacks, a line for each: of what a worker asks for, and of what others of its type have."""
    found = ((node.name, "; ".join(_lacks(node, nodes, template))) for node in nodes)
    return tuple(Shortfall(node, lacks) for node, lacks in found if lacks)


def _lacks(node: PoolNode, nodes: Sequence[PoolNode], template: Template) -> Iterator[str]:
    if not node.ready:
        yield "not Ready"
    asked = template.worker_limits
    like = [each for each in nodes if each.instance_type == node.instance_type and each.ready]
    for resource in dict.fromkeys((*asked, *DEVICES)):
        wanted = parse_quantity(asked.get(resource, "0"))
        needed = Decimal(0) if isinstance(wanted, Fault) else wanted
        usual = max((each.count(resource) for each in like), default=Decimal(0))
        expected = max(needed, usual) if resource in DEVICES else needed
        if node.count(resource) < expected:
            yield f"{node.allocatable.get(resource, '0')} of {_shown(resource, expected, asked)} {resource}"


def _shown(resource: str, expected: Decimal, asked: Mapping[str, str]) -> str:
    return f"{expected:f}" if resource in DEVICES else asked[resource]


def differences(nodes: Sequence[PoolNode]) -> Iterator[str]:
    """What tells single nodes from the rest, in lines: no fault, and often the cause of one."""
    for name in dict.fromkeys(name for node in nodes for name in node.versions):
        versions = [node.versions.get(name, "none") for node in nodes]
        usual = max(versions, key=versions.count)
        for node, version in zip(nodes, versions, strict=True):
            if version != usual:
                yield f"{node.name}: {name} {version}, where most have {usual}"
