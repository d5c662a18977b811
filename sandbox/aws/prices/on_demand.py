"""The price of an instance type by the hour: a dated list price, or an estimate."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from sandbox.aws.errors import AwsError

TABLE = Path(__file__).with_name("on_demand_us_east_1.json")

SPOT_FRACTION = 0.4
"""Spot as a part of on-demand in a region's first zone; each zone after it is 2 % dearer. Made up."""

# An estimate from what the type is made of, fitted to the table by eye: m7i, c7i and r7i come out within 6 %,
# GPU types up to half too dear. It only has to put types in a sane order.
DOLLARS_PER_VCPU = 0.034
DOLLARS_PER_GIB = 0.0045
DOLLARS_PER_GPU_GIB = 0.08


def price_source() -> str:
    """Where the prices are from and of what day."""
    table = _table()
    return f"{table['source']}, {table['region']}, {table['date']}"


def is_listed(instance_type: str) -> bool:
    """Whether the type's price is from the list, not an estimate."""
    return instance_type in _listed()


def on_demand_price(instance_type: str) -> float:
    """US dollars per hour, the same in every region."""
    listed = _listed().get(instance_type)
    return _estimate(instance_type) if listed is None else listed


def spot_price(instance_type: str, zone: str) -> float:
    """US dollars per hour in a zone."""
    further = ord(zone[-1]) - ord("a")
    return round(on_demand_price(instance_type) * (SPOT_FRACTION + 0.02 * further), 4)


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


@cache
def _listed() -> Mapping[str, float]:
    families: Mapping[str, Mapping[str, float]] = _table()["families"]
    return {f"{family}.{size}": price for family, sizes in families.items() for size, price in sizes.items()}


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
