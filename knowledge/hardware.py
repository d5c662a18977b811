"""What an instance type is made of, as AWS describes it; never a guess from its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

EFA_INTERFACE_TYPES = frozenset({"efa", "efa-only"})


@dataclass(frozen=True)
class NetworkCard:
    """One network card: its index and how many network interfaces (of any type) it can carry."""

    index: int
    maximum_interfaces: int
    carries_efa: bool | None = None
    """Whether the card takes an EFA. None where the source does not say: the pulumi-aws lookup leaves it
    out."""


@dataclass(frozen=True)
class InstanceType:
    """The part of EC2's DescribeInstanceTypes that this project needs.

    Counts are whole instances' totals; memory is in MiB; `efa_interfaces` is 0 where the type has no EFA.
    """

    name: str
    architecture: str
    """`x86_64` or `arm64`."""
    vcpus: int
    memory_mib: int
    gpus: int
    """Whole GPUs; 0 for types that share one GPU among several instances."""
    gpu_name: str
    """Name of the GPU, such as `H100`; empty without one. No type has two kinds."""
    gpu_manufacturer: str
    """Such as `NVIDIA`; empty without a GPU."""
    gpu_memory_mib: int
    """All GPUs together."""
    efa_interfaces: int
    network_cards: tuple[NetworkCard, ...]
    """In the order of their indexes; card 0, the default card of every type, first."""
    ipv4_per_interface: int
    placement_strategies: tuple[str, ...]
    """Of `cluster`, `partition`, `spread`."""
    neuron_devices: int = 0
    """AWS Neuron devices: Trainium and Inferentia chips."""
    instance_store_gb: int = 0
    """The instance store, all its disks together, in GB (powers of ten, as AWS has it); 0 without one."""

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> "InstanceType":
        """Read one element of `InstanceTypes` in the answer of EC2's DescribeInstanceTypes."""
        network = description["NetworkInfo"]
        gpus = description.get("GpuInfo", {}).get("Gpus", [])
        neuron = description.get("NeuronInfo", {}).get("NeuronDevices", [])
        return cls(
            name=description["InstanceType"],
            architecture=description["ProcessorInfo"]["SupportedArchitectures"][-1],
            vcpus=description["VCpuInfo"]["DefaultVCpus"],
            memory_mib=description["MemoryInfo"]["SizeInMiB"],
            gpus=sum(gpu["Count"] for gpu in gpus),
            gpu_name=gpus[0]["Name"] if gpus else "",
            gpu_manufacturer=gpus[0]["Manufacturer"] if gpus else "",
            gpu_memory_mib=description.get("GpuInfo", {}).get("TotalGpuMemoryInMiB", 0),
            efa_interfaces=network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0),
            network_cards=_in_order(
                NetworkCard(
                    index=card["NetworkCardIndex"],
                    maximum_interfaces=card["MaximumNetworkInterfaces"],
                    carries_efa=_carries_efa(card.get("InterfaceTypes")),
                )
                for card in network["NetworkCards"]
            ),
            ipv4_per_interface=network["Ipv4AddressesPerInterface"],
            placement_strategies=tuple(
                description.get("PlacementGroupInfo", {}).get("SupportedStrategies", [])
            ),
            neuron_devices=sum(device["Count"] for device in neuron),
            instance_store_gb=description.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0),
        )

    @classmethod
    def from_lookup(cls, lookup: Mapping[str, Any]) -> "InstanceType":
        """Read the fields of pulumi-aws' `ec2.GetInstanceTypeResult`, by their Python names.

        Nested results (`gpuses`, `network_cards`, `neuron_devices`) are mappings themselves in pulumi-aws:
        `InstanceType.from_lookup(vars(result))` will do.
        """
        gpus = lookup.get("gpuses") or []
        return cls(
            name=lookup["instance_type"],
            architecture=lookup["supported_architectures"][-1],
            vcpus=lookup["default_vcpus"],
            memory_mib=lookup["memory_size"],
            gpus=sum(gpu["count"] for gpu in gpus),
            gpu_name=gpus[0]["name"] if gpus else "",
            gpu_manufacturer=gpus[0]["manufacturer"] if gpus else "",
            gpu_memory_mib=lookup.get("total_gpu_memory") or 0,
            efa_interfaces=lookup.get("efa_maximum_interfaces") or 0,
            network_cards=_in_order(
                NetworkCard(index=card["index"], maximum_interfaces=card["maximum_interfaces"])
                for card in lookup["network_cards"]
            ),
            ipv4_per_interface=lookup["maximum_ipv4_addresses_per_interface"],
            placement_strategies=tuple(lookup.get("supported_placement_strategies") or []),
            neuron_devices=sum(device["count"] for device in lookup.get("neuron_devices") or []),
            instance_store_gb=lookup.get("total_instance_storage") or 0,
        )

    @property
    def has_nvidia_gpus(self) -> bool:
        """Whether NVIDIA's device plugin finds GPUs there."""
        return self.gpu_manufacturer == "NVIDIA"

    @property
    def memory_of_one_gpu(self) -> int:
        """In MiB; 0 without a GPU."""
        return self.gpu_memory_mib // self.gpus if self.gpus else 0

    def eni_pod_limit(self, efa_only_on_card_0: int = 0, reserved_interfaces: int = 0) -> int:
        """How many pods the VPC CNI can give an address of their own, without prefix delegation.

        The CNI takes interfaces of card 0 only, and each interface keeps one address for itself; two pods on
        the host's network come on top. An efa-only interface on card 0 takes the place of one that has
        addresses. Same sum as Karpenter's `ENILimitedPods` (karpenter-provider-aws v1.14.0,
        pkg/providers/instancetype/types.go) and amazon-eks-ami's eni-max-pods.txt.
        """
        usable = self.network_cards[0].maximum_interfaces - efa_only_on_card_0 - reserved_interfaces
        return usable * (self.ipv4_per_interface - 1) + 2 if usable > 0 else 0


def _in_order(cards: Iterable[NetworkCard]) -> tuple[NetworkCard, ...]:
    return tuple(sorted(cards, key=lambda card: card.index))


def _carries_efa(interface_types: list[str] | None) -> bool | None:
    return None if interface_types is None else not EFA_INTERFACE_TYPES.isdisjoint(interface_types)
