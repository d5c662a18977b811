"""EC2 descriptions of instance types, as moto carries them, and by hand those of types that it lacks."""

import gzip
import json
from functools import cache
from importlib import resources
from typing import Any

from knowledge.hardware import InstanceType, NetworkCard


@cache
def descriptions() -> dict[str, dict[str, Any]]:
    packed = (resources.files("moto.ec2.resources") / "instance_types.json.gz").read_bytes()
    found: dict[str, dict[str, Any]] = json.loads(gzip.decompress(packed))
    return found


def efa_type_names() -> list[str]:
    return sorted(name for name, each in descriptions().items() if each["NetworkInfo"].get("EfaSupported"))


def described(name: str) -> InstanceType:
    return InstanceType.from_description(descriptions()[name])


def as_lookup(description: dict[str, Any]) -> dict[str, Any]:
    """What pulumi-aws makes of a description: fewer facts, other names."""
    network = description["NetworkInfo"]
    return {
        "instance_type": description["InstanceType"],
        "supported_architectures": description["ProcessorInfo"]["SupportedArchitectures"],
        "default_vcpus": description["VCpuInfo"]["DefaultVCpus"],
        "memory_size": description["MemoryInfo"]["SizeInMiB"],
        "gpuses": [
            {
                "count": gpu["Count"],
                "name": gpu["Name"],
                "manufacturer": gpu["Manufacturer"],
                "memory_size": gpu["MemoryInfo"]["SizeInMiB"],
            }
            for gpu in description.get("GpuInfo", {}).get("Gpus", [])
        ],
        "total_gpu_memory": description.get("GpuInfo", {}).get("TotalGpuMemoryInMiB", 0),
        "efa_maximum_interfaces": network.get("EfaInfo", {}).get("MaximumEfaInterfaces", 0),
        "network_cards": [
            {"index": card["NetworkCardIndex"], "maximum_interfaces": card["MaximumNetworkInterfaces"]}
            for card in network["NetworkCards"]
        ],
        "total_instance_storage": description.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0),
        "maximum_ipv4_addresses_per_interface": network["Ipv4AddressesPerInterface"],
        "supported_placement_strategies": description["PlacementGroupInfo"]["SupportedStrategies"],
        "neuron_devices": [
            {"count": device["Count"]}
            for device in description.get("NeuronInfo", {}).get("NeuronDevices", [])
        ],
    }


def _grace_blackwell(name: str, gpu: str, efa_interfaces: int, interfaces_by_card: list[int]) -> InstanceType:
    return InstanceType(
        name=name,
        architecture="arm64",
        vcpus=144,
        memory_mib=960 * 1024,
        gpus=4,
        gpu_name=gpu,
        gpu_manufacturer="NVIDIA",
        gpu_memory_mib=740 * 1024,
        efa_interfaces=efa_interfaces,
        network_cards=tuple(NetworkCard(index, count) for index, count in enumerate(interfaces_by_card)),
        ipv4_per_interface=50,
        placement_strategies=("cluster", "partition", "spread"),
    )


GB200 = _grace_blackwell("p6e-gb200.36xlarge", "GB200", 16, [2 - index % 2 for index in range(17)])
"""17 cards, with room for two interfaces on even ones and one on odd ones: aws/aws-parallelcluster#6930."""

GB300R = _grace_blackwell("p6e-gb300r.36xlarge", "GB300", 1, [4, *[0] * 8])
"""Cards 1 to 8 are listed with room for none: mchmarny/cluster, provider/eks/terraform/compute.tf."""


def any_type(name: str) -> InstanceType:
    by_hand = {each.name: each for each in (GB200, GB300R)}
    return by_hand.get(name) or described(name)
