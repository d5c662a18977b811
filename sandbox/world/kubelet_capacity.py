"""What a kubelet would report of an instance: capacity and allocatable, and what device plugins may announce.

Devices are counted from the instance that was really launched, not from what its type could have: a launch
template that forgot an interface makes a node that lacks one. A plugin finds only what its driver shows: GPUs
need NVIDIA's, which among the EKS images only the NVIDIA variant brings. Whether there is a plugin is another
question (`sandbox.world.node_status`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from knowledge.hardware import InstanceType
from knowledge.hugepages import HOST_MIB, HUGEPAGES_RESOURCE
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, NEURON_RESOURCE
from sandbox.world.machines import Machine

MEMORY_OVERHEAD = 0.075
"""Part of the nominal memory that the hypervisor and the kernel keep: what Karpenter assumes by default
(`settings.vmMemoryOverheadPercent`). Real instances keep less, so a pod that fits here fits there."""

EVICTION_MEMORY_MIB = 100
"""kubelet's `evictionHard` for memory on EKS images."""

KUBE_RESERVED_DISK_GIB = 1
"""kubelet's `kubeReserved` for ephemeral storage on EKS images."""

EVICTION_DISK = 0.1
"""Part of the disk that kubelet's `evictionHard` keeps free on EKS images."""

_CPU_RESERVED = ((1, 0.06), (2, 0.01), (4, 0.005))
_CPU_RESERVED_BEYOND = 0.0025


@dataclass(frozen=True)
class Kubelet:
    """What the node's user data tells its kubelet, and what its image brings."""

    maximum_pods: int | None = None
    """`maxPods`; None: as many as the interfaces have addresses for."""
    disk_gib: int = 20
    """Root volume. 20 GiB is EKS's and Karpenter's default."""
    joins_instance_store: bool = False
    """Whether the local disks, where the type has any, hold what pods write instead of the root volume."""
    has_nvidia_driver: bool = True
    has_neuron_driver: bool = True


def capacity(machine: Machine, hardware: InstanceType, kubelet: Kubelet) -> dict[str, str]:
    """`status.capacity` of the node, as Kubernetes quantities."""
    # Graviton loses 64 MiB more to the contiguous memory allocator (karpenter-provider-aws, types.go).
    nominal = hardware.memory_mib - (64 if hardware.architecture == "arm64" else 0)
    memory = nominal - ceil(nominal * MEMORY_OVERHEAD)
    return {
        "cpu": str(hardware.vcpus),
        "memory": f"{memory}Mi",
        "pods": str(_pods(machine, hardware, kubelet)),
        "ephemeral-storage": f"{_disk_gib(hardware, kubelet)}Gi",
        **({HUGEPAGES_RESOURCE: f"{HOST_MIB}Mi"} if machine.efa_interfaces else {}),
    }


def allocatable(machine: Machine, hardware: InstanceType, kubelet: Kubelet) -> dict[str, str]:
    """`status.allocatable`: the capacity less what EKS images reserve for kubelet and against eviction."""
    whole = capacity(machine, hardware, kubelet)
    # nodeadm reserves by the pods that the type's interfaces allow, whatever maxPods says.
    reserved = 11 * hardware.eni_pod_limit(machine.efa_only_on_card_0) + 255
    memory = int(whole["memory"].removesuffix("Mi")) - reserved - EVICTION_MEMORY_MIB
    whole_disk = _disk_gib(hardware, kubelet)
    disk = whole_disk - KUBE_RESERVED_DISK_GIB - ceil(whole_disk * EVICTION_DISK)
    return whole | {
        "cpu": f"{1000 * hardware.vcpus - reserved_millicores(hardware.vcpus)}m",
        "memory": f"{memory}Mi",
        "ephemeral-storage": f"{disk}Gi",
    }


def reserved_millicores(vcpus: int) -> int:
    """CPU that nodeadm reserves for kubelet: 6 % of the first core, less of each further one."""
    reserved, counted = 0.0, 0
    for up_to, part in _CPU_RESERVED:
        cores = max(0, min(vcpus, up_to) - counted)
        reserved += 1000 * cores * part
        counted += cores
    return int(reserved + 1000 * (vcpus - counted) * _CPU_RESERVED_BEYOND)


def _disk_gib(hardware: InstanceType, kubelet: Kubelet) -> int:
    """Karpenter takes the whole instance store for it too (`ephemeralStorage` in its types.go)."""
    if kubelet.joins_instance_store and hardware.instance_store_gb:
        return hardware.instance_store_gb * 10**9 // 2**30
    return kubelet.disk_gib


def _pods(machine: Machine, hardware: InstanceType, kubelet: Kubelet) -> int:
    if kubelet.maximum_pods is not None:
        return kubelet.maximum_pods
    return hardware.eni_pod_limit(machine.efa_only_on_card_0)


def devices(machine: Machine, hardware: InstanceType, kubelet: Kubelet) -> Mapping[str, str]:
    """How many there are of each device, for its plugin to announce."""
    found = {
        GPU_RESOURCE: hardware.gpus
        if kubelet.has_nvidia_driver and hardware.gpu_manufacturer == "NVIDIA"
        else 0,
        NEURON_RESOURCE: hardware.neuron_devices if kubelet.has_neuron_driver else 0,
        EFA_RESOURCE: machine.efa_interfaces,
    }
    return {name: str(count) for name, count in found.items() if count}
