"""The values of both device plugins' charts: on which nodes the pods run, and what they put up with there.

Checked against values.yaml and the DaemonSets of nvidia-device-plugin 0.18 to 0.20
(https://github.com/NVIDIA/k8s-device-plugin/tree/main/deployments/helm/nvidia-device-plugin) and of
aws-efa-k8s-device-plugin v0.5.30
(https://github.com/aws/eks-charts/tree/master/stable/aws-efa-k8s-device-plugin).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from components.stack_plan import StackPlan
from knowledge.efa_interfaces import efa_count
from knowledge.eks_registries import eks_registry
from knowledge.node_names import POOL_LABEL
from settings.base import Taint
from settings.nodes import GPU_TAINT


@dataclass(frozen=True)
class DevicePool:
    """What a plugin must know of a node group or a provisioner."""

    name: str
    taints: tuple[Taint, ...]
    has_nvidia: bool
    has_efa: bool


def device_pools(plan: StackPlan) -> tuple[DevicePool, ...]:
    """Every pool of GPU nodes, managed and Karpenter's."""
    groups = (
        (group.settings.name, group.settings.taints, (group.instance_type,), (group.interfaces,))
        for group in plan.node_groups
    )
    provisioners = (
        (each.settings.name, each.settings.taints, each.instance_types, each.interfaces)
        for each in plan.provisioners
    )
    return tuple(
        DevicePool(
            name=name,
            taints=taints,
            has_nvidia=any(instance_type.gpu_manufacturer == "NVIDIA" for instance_type in instance_types),
            has_efa=any(efa_count(layout) > 0 for layout in layouts),
        )
        for name, taints, instance_types, layouts in (*groups, *provisioners)
    )


class NvidiaPluginValues(TypedDict):
    """Both replace the chart's own, which wants labels that node-feature-discovery would write."""

    affinity: dict[str, Any]
    tolerations: list[dict[str, str]]


def nvidia_plugin_values(pools: Iterable[DevicePool]) -> NvidiaPluginValues:
    """Values for these pools; there must be one."""
    chosen = list(pools)
    in_a_pool = {"key": POOL_LABEL, "operator": "In", "values": [pool.name for pool in chosen]}
    return NvidiaPluginValues(
        affinity={
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [in_a_pool]}]
                }
            }
        },
        tolerations=_tolerations(chosen),
    )


class EfaPluginValues(TypedDict):
    """What is set of the EFA plugin's chart."""

    image: dict[str, str]
    supportedInstanceLabels: dict[str, list[str]]
    """The chart's node affinity: one of `keys` has one of `values`."""
    tolerations: list[dict[str, str]]


def efa_plugin_values(pools: Iterable[DevicePool], region: str, dns_suffix: str) -> EfaPluginValues:
    """Values for these pools; there must be one.

    Nodes are chosen by our own label and not by the chart's list of instance types, which lags behind EC2.
    The image is the one in the cluster's region: the chart names us-west-2's, which GovCloud, China and a VPC
    without a way to the internet do not reach.
    """
    chosen = list(pools)
    return EfaPluginValues(
        image={"repository": f"{eks_registry(region, dns_suffix)}/eks/aws-efa-k8s-device-plugin"},
        supportedInstanceLabels={"keys": [POOL_LABEL], "values": [pool.name for pool in chosen]},
        tolerations=_tolerations(chosen),
    )


def _tolerations(pools: Iterable[DevicePool]) -> list[dict[str, str]]:
    """For every taint of the pools, whatever its value, and for the one that GPU nodes commonly have."""
    taints = [GPU_TAINT, *(taint for pool in pools for taint in pool.taints)]
    distinct = dict.fromkeys((taint.key, taint.effect) for taint in taints)
    return [{"key": key, "operator": "Exists", "effect": effect} for key, effect in distinct]
