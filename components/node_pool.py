"""The spec of a NodePool: which nodes a provisioner may bring, how many, and when it may take them away.

Fields and their rules are those of the CRD of Karpenter 1.14
(https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/pkg/apis/crds/karpenter.sh_nodepools.yaml).
"""

from collections.abc import Sequence
from typing import Any

from components.stack_plan import layout_of
from knowledge.device_plugins import device_labels
from knowledge.disruption import budgets
from knowledge.hardware import InstanceType
from knowledge.node_names import GPU_RESOURCE, POOL_LABEL
from settings.base import CapacityType, Taint
from settings.nodes import ProvisionerSettings

_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}

_CAPACITY_TYPES: dict[CapacityType, str] = {
    "on-demand": "on-demand",
    "spot": "spot",
    "reserved": "reserved",
    "capacity-block": "reserved",  # for Karpenter a Capacity Block is one kind of reservation
}


def node_pool_spec(
    settings: ProvisionerSettings, instance_types: Sequence[InstanceType], zone: str, node_class_name: str
) -> dict[str, Any]:
    """Build the spec."""
    devices = device_labels(instance_types, [layout_of(settings, each) for each in instance_types])
    spec: dict[str, Any] = {
        "template": {
            "metadata": {"labels": {**settings.labels, **devices, POOL_LABEL: settings.name}},
            "spec": {
                "nodeClassRef": {
                    "group": "karpenter.k8s.aws",
                    "kind": "EC2NodeClass",
                    "name": node_class_name,
                },
                "requirements": _requirements(settings, instance_types, zone),
                "taints": [kubernetes_taint(taint) for taint in settings.taints],
                "expireAfter": settings.disruption.expire_after,
            },
        },
        "disruption": {
            "consolidationPolicy": settings.disruption.consolidation,
            "consolidateAfter": settings.disruption.consolidate_after,
            "budgets": budgets(settings.disruption.budget, settings.disruption.drift),
        },
        "limits": _limits(settings),
    }
    if settings.disruption.termination_grace_period is not None:
        spec["template"]["spec"]["terminationGracePeriod"] = settings.disruption.termination_grace_period
    if settings.weight is not None:
        spec["weight"] = settings.weight
    return spec


def _requirements(
    settings: ProvisionerSettings, instance_types: Sequence[InstanceType], zone: str
) -> list[dict[str, Any]]:
    architectures = sorted({_ARCHITECTURES[instance_type.architecture] for instance_type in instance_types})
    capacity_types = dict.fromkeys(_CAPACITY_TYPES[each] for each in settings.capacity_types)
    wanted = {
        "node.kubernetes.io/instance-type": [instance_type.name for instance_type in instance_types],
        "topology.kubernetes.io/zone": [zone],
        "karpenter.sh/capacity-type": list(capacity_types),
        "kubernetes.io/arch": architectures,
        "kubernetes.io/os": ["linux"],
    }
    return [{"key": key, "operator": "In", "values": values} for key, values in wanted.items()]


def kubernetes_taint(taint: Taint) -> dict[str, str]:
    """A taint as a NodePool has it. An empty value is left out: the CRD's pattern for values has no room for
    one."""
    value = {"value": taint.value} if taint.value else {}
    return {"key": taint.key, **value, "effect": taint.effect}


def _limits(settings: ProvisionerSettings) -> dict[str, str]:
    """As text, the way the API server gives quantities back; a number would look changed at every `up`."""
    limits = settings.limits
    wanted = {
        "nodes": settings.most_nodes,
        "cpu": limits.cpu,
        "memory": limits.memory,
        GPU_RESOURCE: limits.gpus,
    }
    return {resource: str(most) for resource, most in wanted.items() if most is not None}
