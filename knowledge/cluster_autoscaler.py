"""Cluster Autoscaler on EKS: which release goes with which Kubernetes, and what it must know of a group."""

from collections.abc import Mapping

from knowledge.hardware import InstanceType
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE

NAMESPACE = "kube-system"
"""Where its release runs; its service account has the same name."""

NAME = "cluster-autoscaler"
"""Of the Helm release, its Deployment and its service account."""

RELEASES: Mapping[str, str] = {
    "1.30": "1.30.7",
    "1.31": "1.31.5",
    "1.32": "1.32.7",
    "1.33": "1.33.6",
    "1.34": "1.34.5",
    "1.35": "1.35.2",
    "1.36": "1.36.1",
}
"""Newest release by Kubernetes minor (tags of https://github.com/kubernetes/autoscaler in August 2026). It
simulates the scheduler of its own minor, so upstream wants the two to be the same (its README, Releases)."""

CHART_VERSION = "9.59.0"
"""Newest chart of these; its default image is 1.35.0, and the image's tag is a value."""

RESOURCE_TAG = "k8s.io/cluster-autoscaler/node-template/resources/"
"""Before the name of a resource, as a tag: how many of it a node of an empty group would have."""


ACCELERATOR_LABEL = "k8s.amazonaws.com/accelerator"


def ownership_tag(cluster_name: str) -> str:
    """The tag that EKS puts on the Auto Scaling group of each managed node group, with value `owned`.

    It adds `k8s.io/cluster-autoscaler/enabled` as well, so nothing has to be tagged for the groups to be
    found (EKS user guide, managed-node-groups).
    """
    return f"k8s.io/cluster-autoscaler/{cluster_name}"


def device_tags(gpus: int, efa_interfaces: int) -> dict[str, str]:
    """Tags of a node group from which the autoscaler learns what device plugins will announce on its nodes.

    For a group that never had a node it asks EKS for labels, taints and these tags, which must be on the node
    group itself (`buildNodeFromTemplate` in cloudprovider/aws/aws_manager.go, 1.35.2). EFA interfaces it
    would not know of otherwise, and GPUs it takes from a list of instance types that it downloads.
    """
    counts = {GPU_RESOURCE: gpus, EFA_RESOURCE: efa_interfaces}
    return {f"{RESOURCE_TAG}{resource}": str(count) for resource, count in counts.items() if count}


def accelerator_label(instance_type: InstanceType) -> dict[str, str]:
    """The label by which the autoscaler knows a GPU node before its device plugin has announced the GPUs.

    Without it such a node does not count for the pods that it was brought for, and a second one is bought
    (cloudprovider/aws/README.md, "Special note on GPU instances"). It is on every GPU node group, whoever
    sizes it: a label that came and went with the setting would replace the nodes each time.
    """
    name = instance_type.gpu_name.lower().replace(" ", "-")
    return {ACCELERATOR_LABEL: name} if instance_type.gpus else {}


def minor_of(release: str) -> str:
    """The Kubernetes minor that a release is for: `1.35` of `1.35.2`."""
    return release.rpartition(".")[0]
