"""The Node that a booted instance registers: labels, taints, addresses and capacity, all of it plain data.

It is made as a kubelet's node looks some seconds after boot: Ready, with every label. Nobody has to touch it
then but Karpenter, whose own changes fail and are put off for seconds when others write at the same moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.hardware import InstanceType
from sandbox.world.kubelet_capacity import Kubelet, allocatable, capacity
from sandbox.world.machines import Machine

Taint = Mapping[str, str]

LOOPBACK = "127.0.0.1"

ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}

UNREGISTERED: Taint = {"key": "karpenter.sh/unregistered", "effect": "NoExecute"}
"""What every node of Karpenter starts with, and what Karpenter takes off once it knows the node."""


@dataclass(frozen=True)
class Registration:
    """What the one who launched an instance tells its kubelet to register with."""

    labels: Mapping[str, str]
    taints: Sequence[Taint] = ()
    kubelet: Kubelet = field(default_factory=Kubelet)


@dataclass(frozen=True)
class Site:
    """What is the same for every node of the cluster."""

    region: str
    kubernetes: str
    """Version that every kubelet reports, such as `1.35.4`."""
    kubelet_port: int
    """Where KWOK answers for all kubelets, on this machine."""


def node(
    machine: Machine, hardware: InstanceType, registration: Registration, site: Site, now: str
) -> dict[str, Any]:
    """The Node, as the API server wants it created; `now` is the moment it became Ready, in RFC 3339."""
    architecture = ARCHITECTURES[hardware.architecture]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": machine.private_dns,
            "labels": {
                **registration.labels,
                "kubernetes.io/hostname": machine.private_dns,
                "kubernetes.io/arch": architecture,
                "kubernetes.io/os": "linux",
                "beta.kubernetes.io/arch": architecture,
                "beta.kubernetes.io/os": "linux",
                "node.kubernetes.io/instance-type": machine.instance_type,
                "topology.kubernetes.io/region": site.region,
                "topology.kubernetes.io/zone": machine.zone,
                "topology.k8s.aws/zone-id": machine.zone_id,
            },
            # KWOK looks after nodes that carry it.
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "spec": {
            "providerID": machine.provider_id,
            "taints": [dict(taint) for taint in registration.taints],
        },
        "status": {
            "phase": "Running",
            "capacity": capacity(machine, hardware, registration.kubelet),
            "allocatable": allocatable(machine, hardware, registration.kubelet),
            "conditions": _conditions(now),
            "addresses": [
                # The API server asks the first of these for logs: KWOK, which answers for every node.
                {"type": "Hostname", "address": LOOPBACK},
                {"type": "InternalIP", "address": machine.private_ip},
                {"type": "InternalDNS", "address": machine.private_dns},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": site.kubelet_port}},
            "nodeInfo": {
                "architecture": architecture,
                "operatingSystem": "linux",
                "osImage": "Amazon Linux 2023 (emulated)",
                "kubeletVersion": f"v{site.kubernetes}",
                "kubeProxyVersion": "",
                "containerRuntimeVersion": "",
                "kernelVersion": "",
                "bootID": "",
                "machineID": machine.instance_id,
                "systemUUID": machine.instance_id,
            },
        },
    }


def internal_address(node: Mapping[str, Any]) -> str:
    """The address of its instance; this machine's where the node names none."""
    addresses = node["status"].get("addresses", [])
    return next((str(each["address"]) for each in addresses if each["type"] == "InternalIP"), LOOPBACK)


def _conditions(now: str) -> list[dict[str, str]]:
    states = {"Ready": "True", "MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False"}
    return [
        {
            "type": kind,
            "status": status,
            "reason": "KubeletReady" if kind == "Ready" else f"KubeletHasNo{kind}",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        for kind, status in states.items()
    ]
