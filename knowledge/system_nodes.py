"""System nodes: where everything runs that must neither bring a GPU node nor keep one."""

from collections.abc import Mapping
from typing import Any

from knowledge.node_names import SYSTEM_LABEL

Labels = Mapping[str, str]

OWN: Labels = {SYSTEM_LABEL: "true"}
"""What the nodes of our own system node group carry."""

TOLERATED_TAINT = "CriticalAddonsOnly"
"""Key of the only taint that pods for system nodes tolerate."""

TOLERATIONS = ({"key": TOLERATED_TAINT, "operator": "Exists"},)


def of_node_group(name: str) -> Labels:
    """What the nodes of somebody else's managed node group carry: EKS labels each with its group.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    return {"eks.amazonaws.com/nodegroup": name}


def on_system_nodes(labels: Labels) -> dict[str, Any]:
    """The part of a pod's spec that binds it to the nodes with these labels."""
    return {"nodeSelector": dict(labels), "tolerations": [dict(each) for each in TOLERATIONS]}
