"""The price of an instance type by the hour: a dated list price, or an estimate."""

from moto.ec2.models.instance_types import INSTANCE_TYPES

from sandbox.aws.errors import AwsError
from sandbox.aws.prices.listed import instance_price

SPOT_FRACTION = 0.4
"""Spot as a part of on-demand in a region's first zone; each zone after it is 2 % dearer. Made up."""

# An estimate from what the type is made of, fitted to the table by eye: m7i, c7i and r7i come out within 6 %,
# GPU types up to half too dear. It only has to put types in a sane order.
DOLLARS_PER_VCPU = 0.034
DOLLARS_PER_GIB = 0.0045
DOLLARS_PER_GPU_GIB = 0.08


def on_demand_price(instance_type: str) -> float:
    """US dollars per hour, the same in every region."""
    listed = instance_price(instance_type)
    return _estimate(instance_type) if listed is None else listed


def spot_price(instance_type: str, zone: str) -> float:
    """US dollars per hour in a zone."""
    further = ord(zone[-1]) - ord("a")
    return round(on_demand_price(instance_type) * (SPOT_FRACTION + 0.02 * further), 4)


def _estimate(instance_type: str) -> float:
    description = INSTANCE_TYPES.get(instance_type)
    if description is None:
        raise AwsError(
            "InvalidInstanceType", f"The following supplied instance types do not exist: [{instance_type}]"
        )
    gpus = description.get("GpuInfo", {}).get("Gpus", [])
    gpu_gib = sum(gpu["Count"] * gpu["MemoryInfo"]["SizeInMiB"] for gpu in gpus) / 1024
    memory_gib = description["MemoryInfo"]["SizeInMiB"] / 1024
    vcpus = description["VCpuInfo"]["DefaultVCpus"]
    dollars: float = vcpus * DOLLARS_PER_VCPU + memory_gib * DOLLARS_PER_GIB + gpu_gib * DOLLARS_PER_GPU_GIB
    return round(dollars, 4)
