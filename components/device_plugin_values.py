"""The values of both device plugins' charts: on which nodes the pods run, and what they put up with there.

Checked against values.yaml and the DaemonSets of nvidia-device-plugin 0.18 to 0.20
(https://github.com/NVIDIA/k8s-device-plugin/tree/main/deployments/helm/nvidia-device-plugin) and of
aws-efa-k8s-device-plugin v0.5.30
(https://github.com/aws/eks-charts/tree/master/stable/aws-efa-k8s-device-plugin).
"""

from typing import Any, TypedDict

from components.stack_plan import StackPlan
from knowledge.device_plugins import PRESENT, device_labels
from knowledge.eks_registries import eks_registry
from knowledge.node_names import EFA_LABEL, NVIDIA_LABEL

EVERY_TAINT: tuple[dict[str, str], ...] = ({"operator": "Exists"},)
"""A node is of no use to anybody without its plugin, so no taint keeps that away, be it a team's."""


def device_labels_in(plan: StackPlan) -> frozenset[str]:
    """The labels of devices that nodes in the cluster may have.

    With Karpenter that is both: teams bring nodes of their own by it, of which the platform knows nothing.
    """
    if plan.settings.has_karpenter:
        return frozenset({NVIDIA_LABEL, EFA_LABEL})
    of_groups = (device_labels([group.instance_type], [group.interfaces]) for group in plan.node_groups)
    return frozenset(label for labels in of_groups for label in labels)


class NvidiaPluginValues(TypedDict):
    """Both replace the chart's own, which wants labels that node-feature-discovery would write."""

    affinity: dict[str, Any]
    tolerations: list[dict[str, str]]


def nvidia_plugin_values() -> NvidiaPluginValues:
    """On every node with NVIDIA GPUs, whatever its taints."""
    has_gpus = {"key": NVIDIA_LABEL, "operator": "In", "values": [PRESENT]}
    return NvidiaPluginValues(
        affinity={
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [has_gpus]}]
                }
            }
        },
        tolerations=list(EVERY_TAINT),
    )


class EfaPluginValues(TypedDict):
    """What is set of the EFA plugin's chart."""

    image: dict[str, str]
    supportedInstanceLabels: dict[str, list[str]]
    """The chart's node affinity: one of `keys` has one of `values`."""
    tolerations: list[dict[str, str]]


def efa_plugin_values(region: str, dns_suffix: str) -> EfaPluginValues:
    """On every node that may have EFA, whatever its taints.

    Nodes are chosen by our own label and not by the chart's list of instance types, which lags behind EC2.
    The image is the one in the cluster's region: the chart names us-west-2's, which GovCloud, China and a VPC
    without a way to the internet do not reach.
    """
    return EfaPluginValues(
        image={"repository": f"{eks_registry(region, dns_suffix)}/eks/aws-efa-k8s-device-plugin"},
        supportedInstanceLabels={"keys": [EFA_LABEL], "values": [PRESENT]},
        tolerations=list(EVERY_TAINT),
    )
