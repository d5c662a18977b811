"""Nodes, pods and NodeClaims as the API server would give them, with only what a test is about."""

from datetime import UTC, datetime
from typing import Any

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Node, NodeCondition, NodeStatus, Pod, PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference


def node(
    name: str,
    *,
    group: str | None = None,
    provisioner: str | None = None,
    instance_type: str = "p4d.24xlarge",
    gpus: int = 8,
    efa: int = 4,
    ready: bool = True,
) -> Node:
    labels = {"node.kubernetes.io/instance-type": instance_type, "topology.kubernetes.io/zone": "us-west-2a"}
    labels |= {"eks.amazonaws.com/nodegroup": group} if group else {}
    labels |= {"karpenter.sh/nodepool": provisioner} if provisioner else {}
    devices = {"nvidia.com/gpu": str(gpus), "vpc.amazonaws.com/efa": str(efa)}
    capacity = {"cpu": "96"} | {resource: count for resource, count in devices.items() if count != "0"}
    condition = NodeCondition(type="Ready", status="True" if ready else "False")
    return Node(
        metadata=ObjectMeta(name=name, labels=labels),
        status=NodeStatus(capacity=capacity, conditions=[condition]),
    )


def pod(
    name: str,
    *,
    namespace: str = "eks-efa-scale",
    phase: str = "Running",
    on: str | None = None,
    owner: str = "ReplicaSet",
    deleting: bool = False,
) -> Pod:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    metadata = ObjectMeta(
        name=name,
        namespace=namespace,
        deletionTimestamp=now if deleting else None,
        ownerReferences=[OwnerReference(apiVersion="apps/v1", kind=owner, name="x", uid="1")],
    )
    return Pod(metadata=metadata, spec=PodSpec(containers=[], nodeName=on), status=PodStatus(phase=phase))


def node_claim(name: str, *, on: str | None = None, conditions: tuple[str, ...] = ()) -> Generic:
    status: dict[str, Any] = {"conditions": [{"type": kind, "status": "True"} for kind in conditions]}
    if on:
        status["nodeName"] = on
    return Generic(metadata=ObjectMeta(name=name), status=status)
