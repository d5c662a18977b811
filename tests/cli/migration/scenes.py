"""Clusters before a migration: a group of GPU nodes with pods on them, and a provisioner that fits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lightkube.models.core_v1 import (
    Container,
    Pod,
    PodCondition,
    PodSpec,
    PodStatus,
    ResourceRequirements,
    Toleration,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta, OwnerReference
from lightkube.models.policy_v1 import (
    PodDisruptionBudget,
    PodDisruptionBudgetSpec,
    PodDisruptionBudgetStatus,
)

from cli.migration.scene import Group, GroupNode, Offer, Seen

GPU_TAINT = {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}
P4D = {
    "cpu": Decimal(96),
    "memory": Decimal(1152 * 2**30),
    "nvidia.com/gpu": Decimal(8),
    "vpc.amazonaws.com/efa": Decimal(4),
}
OFFER = Offer(
    name="p4d",
    taints=[GPU_TAINT],
    allowed={
        "eks-efa/pool": frozenset({"p4d"}),
        "node.kubernetes.io/instance-type": frozenset({"p4d.24xlarge"}),
        "topology.kubernetes.io/zone": frozenset({"us-west-2a"}),
    },
    capacities=[P4D],
)
READY = [PodCondition(type="Ready", status="True")]


def gpu_pod(
    name: str,
    *,
    on: str | None = "one",
    owner: str | None = "ReplicaSet",
    phase: str = "Running",
    asks: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    **spec: Any,
) -> Pod:
    """A pod of `train` that takes a whole p4d; of the controller `worker`, if it has one."""
    owners = (
        [OwnerReference(apiVersion="apps/v1", kind=owner, name="worker", uid="1", controller=True)]
        if owner
        else []
    )
    limits = {"nvidia.com/gpu": "8", "vpc.amazonaws.com/efa": "4"} if asks is None else dict(asks)
    tolerations = spec.pop("tolerations", [Toleration(key="nvidia.com/gpu", operator="Exists")])
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="train",
            uid=name,
            labels={"app": "worker"},
            annotations=dict(annotations or {}),
            ownerReferences=owners,
        ),
        spec=PodSpec(
            containers=[Container(name="main", resources=ResourceRequirements(limits=limits))],
            nodeName=on,
            tolerations=tolerations,
            **spec,
        ),
        status=PodStatus(phase=phase, conditions=READY if phase == "Running" else []),
    )


def budget(
    name: str = "worker", *, expected: int = 2, desired: int = 1, allowed: int = 1
) -> PodDisruptionBudget:
    """A disruption budget for the pods of `gpu_pod`."""
    return PodDisruptionBudget(
        metadata=ObjectMeta(name=name, namespace="train"),
        spec=PodDisruptionBudgetSpec(selector=LabelSelector(matchLabels={"app": "worker"})),
        status=PodDisruptionBudgetStatus(
            expectedPods=expected, desiredHealthy=desired, disruptionsAllowed=allowed, currentHealthy=expected
        ),
    )


def group(*nodes: str, floor: int = 0, marked: Sequence[str] = ()) -> Group:
    """The group `by-hand` with these nodes."""
    there = tuple(GroupNode(name, f"i-{name}", marked=name in marked) for name in nodes)
    return Group("by-hand", floor=floor, desired=len(nodes), nodes=there)


BEFORE = Seen(
    autoscaler="both",
    karpenter=None,
    cluster_autoscaler=1,
    groups=(group("one", "two"),),
    offers=(OFFER,),
    pods=(gpu_pod("worker-1", on="one"), gpu_pod("worker-2", on="two")),
    budgets=(budget(),),
)
"""Two nodes, a pod on each, one of which may be missing at a time."""


def before(**changes: Any) -> Seen:
    """`BEFORE` with something else in it."""
    return replace(BEFORE, **changes)
