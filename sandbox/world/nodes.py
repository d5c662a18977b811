"""The Node that a booted instance registers: labels, taints, addresses and capacity, all of it plain data.

It is made as a kubelet's node looks some seconds after boot: with every label and, where the VPC CNI may do
its work, Ready. Nobody has to touch it then but Karpenter, whose own changes fail and are put off for seconds
when others write at the same moment.
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


NOT_READY: Taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
"""What the node controller puts on a node that is not Ready, and takes off once it is."""

WITHOUT_NETWORK = "eks-efa/without-network"
"""Annotation of a node that waits for the VPC CNI; KWOK leaves it as it is."""

CNI_NOT_INITIALIZED = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
"""kubelet's and containerd's words for a node without a working CNI."""


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
    """The Node, as the API server wants it created, without devices.

    `now` is the moment it joined, in RFC 3339.
    """
    architecture, has_network = ARCHITECTURES[hardware.architecture], machine.vpc_cni_has_rights
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
            # KWOK looks after nodes that carry the first.
            "annotations": {"kwok.x-k8s.io/node": "fake"}
            | ({} if has_network else {WITHOUT_NETWORK: "true"}),
        },
        "spec": {
            "providerID": machine.provider_id,
            "taints": [dict(each) for each in (*registration.taints, *(() if has_network else (NOT_READY,)))],
        },
        "status": {
            "phase": "Running",
            "capacity": capacity(machine, hardware, registration.kubelet),
            "allocatable": allocatable(machine, hardware, registration.kubelet),
            "conditions": _conditions(has_network=has_network, now=now),
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


def ready_condition(*, has_network: bool, now: str) -> dict[str, str]:
    """The condition `Ready` as a kubelet tells it, since `now`."""
    told = (
        {"status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status"}
        if has_network
        else {"status": "False", "reason": "KubeletNotReady", "message": CNI_NOT_INITIALIZED}
    )
    return {"type": "Ready", **told, "lastHeartbeatTime": now, "lastTransitionTime": now}


def _conditions(*, has_network: bool, now: str) -> list[dict[str, str]]:
    pressures = [
        {
            "type": kind,
            "status": "False",
            "reason": f"KubeletHasNo{kind}",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")
    ]
    return [ready_condition(has_network=has_network, now=now), *pressures]
