"""Which nodes a device plugin is for: the labels by which its DaemonSet finds them.

They say what a node has and name no pool: the plugins are the platform's and have to reach nodes of teams,
whose pools the platform does not know. Every pool has them, managed or Karpenter's, from a node's first
second. Other labels would not do: Karpenter's `instance-gpu-manufacturer` is on its own nodes only, those of
node-feature-discovery need that first, and the EFA plugin's chart knows no operator but `In`, so that "is of
some pool" cannot be asked with it.
"""

from collections.abc import Iterable

from knowledge.efa_interfaces import InterfacePlan, efa_count
from knowledge.hardware import InstanceType
from knowledge.node_names import EFA_LABEL, NVIDIA_LABEL

PRESENT = "true"
"""Value of both labels."""


def device_labels(instance_types: Iterable[InstanceType], layouts: Iterable[InterfacePlan]) -> dict[str, str]:
    """The labels of a pool's nodes; where its types differ, a plugin goes to those without a device too."""
    found = {
        NVIDIA_LABEL: any(each.has_nvidia_gpus for each in instance_types),
        EFA_LABEL: any(efa_count(layout) > 0 for layout in layouts),
    }
    return {label: PRESENT for label, is_there in found.items() if is_there}
