"""What a kubelet reports anew while its node lives: the devices that plugins announce, and being Ready.

A plugin may come after the node, or go before it; the VPC CNI may get its rights late. The rest of a node's
status is settled when it joins (`sandbox.world.nodes`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.daemon_pods import comes_to, stays_on
from sandbox.world.device_plugins import DevicePlugin
from sandbox.world.nodes import UNREGISTERED, WITHOUT_NETWORK, ready_condition

Node = Mapping[str, Any]


def announced(node: Node, devices: Mapping[str, str], plugins: Iterable[DevicePlugin]) -> dict[str, str]:
    """How many of its `devices` the node shows; `0` of those whose plugin has gone, as kubelet does."""
    labels = node["metadata"]["labels"]
    # Karpenter takes this one off as soon as it sees the node, and a plugin's pod comes then.
    taints = [each for each in node["spec"].get("taints", ()) if each["key"] != UNREGISTERED["key"]]
    running = list(plugins)
    counts = {}
    for resource, count in devices.items():
        is_shown = node["status"]["capacity"].get(resource, "0") != "0"
        runs = stays_on if is_shown else comes_to
        if any(each.resource == resource and runs(each.pod, labels, taints) for each in running):
            counts[resource] = count
        elif is_shown:
            counts[resource] = "0"
    return counts


def change_of(
    node: Node, devices: Mapping[str, str], plugins: Iterable[DevicePlugin], *, has_network: bool, now: str
) -> dict[str, Any]:
    """A patch that brings the node's status up to date; empty where it is. `now` is in RFC 3339."""
    change: dict[str, Any] = {}
    counts = announced(node, devices, plugins)
    if not counts.items() <= node["status"]["capacity"].items():
        change["status"] = {"capacity": counts, "allocatable": counts}
    if WITHOUT_NETWORK in node["metadata"].get("annotations", {}):
        states = {each["type"]: each["status"] for each in node["status"].get("conditions", ())}
        if has_network:
            change["metadata"] = {"annotations": {WITHOUT_NETWORK: None}}
        if has_network or states.get("Ready") != "False":
            change.setdefault("status", {})["conditions"] = [
                ready_condition(has_network=has_network, now=now)
            ]
    return change
