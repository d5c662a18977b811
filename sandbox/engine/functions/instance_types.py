"""Functions about instance types: what they are made of, which there are, where they are offered."""

from collections.abc import Callable
from typing import Any

from sandbox.engine.functions.filters import ec2_filters, only
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_instance_types(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getInstanceTypes:getInstanceTypes`."""
    pages = world.ec2.get_paginator("describe_instance_types").paginate(Filters=ec2_filters(arguments))
    names = sorted(found["InstanceType"] for page in pages for found in page["InstanceTypes"])
    return {**arguments, "id": world.region, "region": world.region, "instanceTypes": names}


def get_instance_type_offerings(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings`."""
    call: dict[str, Any] = {"Filters": ec2_filters(arguments)}
    if "locationType" in arguments:
        call["LocationType"] = arguments["locationType"]
    pages = world.ec2.get_paginator("describe_instance_type_offerings").paginate(**call)
    offerings = [found for page in pages for found in page["InstanceTypeOfferings"]]
    return {
        **arguments,
        "id": world.region,
        "region": world.region,
        "instanceTypes": [offering["InstanceType"] for offering in offerings],
        "locations": [offering["Location"] for offering in offerings],
        "locationTypes": [offering["LocationType"] for offering in offerings],
    }


def get_instance_type(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getInstanceType:getInstanceType`."""
    name = arguments["instanceType"]
    found: Any = only(
        world.ec2.describe_instance_types(InstanceTypes=[name])["InstanceTypes"], "Instance Type"
    )
    described = _Description(found)
    return {
        "id": name,
        "instanceType": name,
        "region": world.region,
        **described.general(),
        **described.parts(),
    }


def _section(of: Any, name: str) -> Any:
    return of.get(name) or {}


class _Description:
    """EC2's description of a type in the provider's words."""

    def __init__(self, found: Any) -> None:
        self._found = found
        self._cpu, self._memory = _section(found, "VCpuInfo"), _section(found, "MemoryInfo")
        self._network, self._ebs = _section(found, "NetworkInfo"), _section(found, "EbsInfo")
        self._processor, self._gpu = _section(found, "ProcessorInfo"), _section(found, "GpuInfo")
        self._storage, self._placement = (
            _section(found, "InstanceStorageInfo"),
            _section(found, "PlacementGroupInfo"),
        )
        self._neuron, self._media = _section(found, "NeuronInfo"), _section(found, "MediaAcceleratorInfo")
        self._fpga, self._inference = _section(found, "FpgaInfo"), _section(found, "InferenceAcceleratorInfo")

    def general(self) -> Properties:
        """Single values."""
        found, cpu, network, ebs = self._found, self._cpu, self._network, self._ebs
        optimized = _section(ebs, "EbsOptimizedInfo")
        return {
            "autoRecoverySupported": found.get("AutoRecoverySupported", False),
            "bareMetal": found.get("BareMetal", False),
            "bootModes": found.get("SupportedBootModes", []),
            "burstablePerformanceSupported": found.get("BurstablePerformanceSupported", False),
            "currentGeneration": found.get("CurrentGeneration", False),
            "dedicatedHostsSupported": found.get("DedicatedHostsSupported", False),
            "defaultCores": cpu.get("DefaultCores", 0),
            "defaultNetworkCardIndex": network.get("DefaultNetworkCardIndex", 0),
            "defaultThreadsPerCore": cpu.get("DefaultThreadsPerCore", 0),
            "defaultVcpus": cpu.get("DefaultVCpus", 0),
            "ebsEncryptionSupport": ebs.get("EncryptionSupport", ""),
            "ebsNvmeSupport": ebs.get("NvmeSupport", ""),
            "ebsOptimizedSupport": ebs.get("EbsOptimizedSupport", ""),
            "ebsPerformanceBaselineBandwidth": optimized.get("BaselineBandwidthInMbps", 0),
            "ebsPerformanceBaselineIops": optimized.get("BaselineIops", 0),
            "ebsPerformanceBaselineThroughput": optimized.get("BaselineThroughputInMBps", 0),
            "ebsPerformanceMaximumBandwidth": optimized.get("MaximumBandwidthInMbps", 0),
            "ebsPerformanceMaximumIops": optimized.get("MaximumIops", 0),
            "ebsPerformanceMaximumThroughput": optimized.get("MaximumThroughputInMBps", 0),
            "efaMaximumInterfaces": _section(network, "EfaInfo").get("MaximumEfaInterfaces", 0),
            "efaSupported": network.get("EfaSupported", False),
            "enaSrdSupported": network.get("EnaSrdSupported", False),
            "enaSupport": network.get("EnaSupport", ""),
            "encryptionInTransitSupported": network.get("EncryptionInTransitSupported", False),
            "freeTierEligible": found.get("FreeTierEligible", False),
            "hibernationSupported": found.get("HibernationSupported", False),
            "hypervisor": found.get("Hypervisor", ""),
            "instanceStorageSupported": found.get("InstanceStorageSupported", False),
            "ipv6Supported": network.get("Ipv6Supported", False),
            "maximumIpv4AddressesPerInterface": network.get("Ipv4AddressesPerInterface", 0),
            "maximumIpv6AddressesPerInterface": network.get("Ipv6AddressesPerInterface", 0),
            "maximumNetworkCards": network.get("MaximumNetworkCards", 1),
            "maximumNetworkInterfaces": network.get("MaximumNetworkInterfaces", 0),
            "memorySize": self._memory.get("SizeInMiB", 0),
            "networkPerformance": network.get("NetworkPerformance", ""),
            "nitroEnclavesSupport": found.get("NitroEnclavesSupport", ""),
            "nitroTpmSupport": found.get("NitroTpmSupport", ""),
            "nitroTpmSupportedVersions": _section(found, "NitroTpmInfo").get("SupportedVersions", []),
            "phcSupport": found.get("PhcSupport", ""),
            "supportedArchitectures": self._processor.get("SupportedArchitectures", []),
            "supportedCpuFeatures": self._processor.get("SupportedFeatures", []),
            "supportedPlacementStrategies": self._placement.get("SupportedStrategies", []),
            "supportedRootDeviceTypes": found.get("SupportedRootDeviceTypes", []),
            "supportedUsagesClasses": found.get("SupportedUsageClasses", []),
            "supportedVirtualizationTypes": found.get("SupportedVirtualizationTypes", []),
            "sustainedClockSpeed": self._processor.get("SustainedClockSpeedInGhz", 0),
            "totalFpgaMemory": self._fpga.get("TotalFpgaMemoryInMiB", 0),
            "totalGpuMemory": self._gpu.get("TotalGpuMemoryInMiB", 0),
            "totalInferenceMemory": self._inference.get("TotalInferenceMemoryInMiB", 0),
            "totalInstanceStorage": self._storage.get("TotalSizeInGB", 0),
            "totalMediaMemory": self._media.get("TotalMediaMemoryInMiB", 0),
            "totalNeuronDeviceMemory": self._neuron.get("TotalNeuronDeviceMemoryInMiB", 0),
            "validCores": cpu.get("ValidCores", []),
            "validThreadsPerCores": cpu.get("ValidThreadsPerCore", []),
            "bandwidthWeightings": network.get("BandwidthWeightings", []),
        }

    def parts(self) -> Properties:
        """What there are several of."""
        return {
            "fpgas": _devices(self._fpga.get("Fpgas", [])),
            "gpuses": _devices(self._gpu.get("Gpus", [])),
            "inferenceAccelerators": _devices(self._inference.get("Accelerators", [])),
            "mediaAccelerators": _devices(self._media.get("Accelerators", [])),
            "neuronDevices": _each(self._neuron.get("NeuronDevices", []), _neuron_device),
            "instanceDisks": _each(self._storage.get("Disks", []), _disk),
            "networkCards": _each(self._network.get("NetworkCards", []), _network_card),
        }


def _each(items: Any, spell: Callable[[Any], Properties]) -> list[Properties]:
    return [spell(item) for item in items]


def _devices(items: Any) -> list[Properties]:
    return [
        {
            "count": item.get("Count", 0),
            "manufacturer": item.get("Manufacturer", ""),
            "memorySize": _section(item, "MemoryInfo").get("SizeInMiB", 0),
            "name": item.get("Name", ""),
        }
        for item in items
    ]


def _neuron_device(item: Any) -> Properties:
    core = _section(item, "CoreInfo")
    return {
        "count": item.get("Count", 0),
        "coreCount": core.get("Count", 0),
        "coreVersion": core.get("Version", 0),
        "memorySize": _section(item, "MemoryInfo").get("SizeInMiB", 0),
        "name": item.get("Name", ""),
    }


def _disk(item: Any) -> Properties:
    return {"count": item.get("Count", 0), "size": item.get("SizeInGB", 0), "type": item.get("Type", "")}


def _network_card(item: Any) -> Properties:
    return {
        "baselineBandwidth": item.get("BaselineBandwidthInGbps", 0),
        "index": item.get("NetworkCardIndex", 0),
        "maximumInterfaces": item.get("MaximumNetworkInterfaces", 0),
        "peakBandwidth": item.get("PeakBandwidthInGbps", 0),
        "performance": item.get("NetworkPerformance", ""),
    }
