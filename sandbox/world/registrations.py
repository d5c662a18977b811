"""Who launched an instance, and what that one had its kubelet register with.

Karpenter writes a NodeClaim's labels, taints and `maxPods` into the user data of the instances it launches,
and EKS does so with a managed node group's. Both are read where they come from rather than out of the user
data, but for `maxPods` of a managed node group, which its launch template's NodeConfig alone knows.
"""

import base64
import email
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from knowledge.fault import Fault
from knowledge.quantities import parse_quantity
from sandbox.world.kubelet_capacity import Kubelet
from sandbox.world.nodes import UNREGISTERED, Registration, Taint

_NODE_CONFIG = re.compile(r'"?kind"?: *"?NodeConfig"?')
"""What tells a NodeConfig from a script: in YAML, or in JSON, which is YAML too."""

EKS_TAINT_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


def of_node_claim(claim: Mapping[str, Any], image: str) -> Registration:
    """From a NodeClaim that has been launched; `image` is the name of the instance's image."""
    spec, launched = claim["spec"], claim.get("status", {}).get("capacity", {})
    return Registration(
        labels=claim["metadata"].get("labels", {}),
        taints=[*spec.get("taints", []), *spec.get("startupTaints", []), UNREGISTERED],
        kubelet=Kubelet(
            maximum_pods=int(launched["pods"]) if "pods" in launched else None,
            disk_gib=_gib(launched.get("ephemeral-storage", "")),
            **drivers(image),
        ),
    )


def of_node_group(
    group: Mapping[str, Any], template: Mapping[str, Any], image: str, image_id: str
) -> Registration:
    """From EKS's DescribeNodegroup and the data of the group's launch template (empty where it has none)."""
    return Registration(
        labels={
            **group.get("labels", {}),
            "eks.amazonaws.com/nodegroup": group["nodegroupName"],
            "eks.amazonaws.com/capacityType": group.get("capacityType", "ON_DEMAND"),
            "eks.amazonaws.com/nodegroup-image": image_id,
        },
        taints=[_taint(taint) for taint in group.get("taints", [])],
        kubelet=Kubelet(
            maximum_pods=maximum_pods(template.get("UserData", "")),
            joins_instance_store=joins_instance_store(template.get("UserData", "")),
            disk_gib=_root_disk(template) or group.get("diskSize") or Kubelet.disk_gib,
            **drivers(image),
        ),
    )


def drivers(image: str) -> dict[str, bool]:
    """Which devices' drivers an image brings. One that is not EKS's own is taken to be made for the job."""
    if not image.startswith("amazon-eks-node-"):
        return {"has_nvidia_driver": True, "has_neuron_driver": True}
    return {"has_nvidia_driver": "-nvidia-" in image, "has_neuron_driver": "-neuron-" in image}


def maximum_pods(user_data: str) -> int | None:
    """`spec.kubelet.config.maxPods` of the NodeConfig in base64 user data."""
    found = [spec.get("kubelet", {}).get("config", {}) for spec in _node_configs(user_data)]
    return next((int(config["maxPods"]) for config in found if "maxPods" in config), None)


def joins_instance_store(user_data: str) -> bool:
    """Whether the NodeConfig in base64 user data wants the local disks as one."""
    found = [spec.get("instance", {}).get("localStorage", {}) for spec in _node_configs(user_data)]
    return any(storage.get("strategy") == "RAID0" for storage in found)


def _node_configs(user_data: str) -> Iterator[Mapping[str, Any]]:
    """The specs of the NodeConfigs in base64 user data, which may be MIME multi-part."""
    text = base64.b64decode(user_data).decode(errors="replace")
    message = email.message_from_string(text)
    parts = [str(part.get_payload()) for part in message.walk()] if message.is_multipart() else [text]
    for part in parts:
        if _NODE_CONFIG.search(part):
            yield (yaml.safe_load(part) or {}).get("spec") or {}


def _taint(taint: Mapping[str, str]) -> Taint:
    return {
        "key": taint["key"],
        "value": taint.get("value", ""),
        "effect": EKS_TAINT_EFFECTS[taint["effect"]],
    }


def _root_disk(template: Mapping[str, Any]) -> int | None:
    sizes = [disk.get("Ebs", {}).get("VolumeSize") for disk in template.get("BlockDeviceMappings", [])]
    return next((int(size) for size in sizes if size), None)


def _gib(quantity: str) -> int:
    size = parse_quantity(quantity)
    return Kubelet.disk_gib if isinstance(size, Fault) else int(size / 2**30)
