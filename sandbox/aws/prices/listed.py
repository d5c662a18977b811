"""Prices out of AWS's list, each with its source and its day, of one region for all.

They are read from files: nothing here needs the emulated AWS, so that a plan can be priced without it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

INSTANCES = Path(__file__).with_name("on_demand_us_east_1.json")
SERVICES = Path(__file__).with_name("services_us_east_1.json")


@dataclass(frozen=True)
class ServicePrice:
    """What a service takes for one unit of a use."""

    service: str
    """Service code of the price list, such as `AmazonEKS`."""
    family: str
    """Product family."""
    usage_type: str
    """As on the bill, without the region's prefix: `NatGateway-Hours`."""
    unit: str
    """`Hrs`, or `GB-Mo`, `IOPS-Mo`, `GiBps-mo` and `months`, which are of a month."""
    price: float
    """US dollars."""
    date: str
    """Day on which it was read, as in ISO 8601."""
    source: str


def instance_price(instance_type: str) -> float | None:
    """US dollars for an hour on demand with Linux; None for a type that is not listed."""
    return _instances().get(instance_type)


def instance_source() -> str:
    """Where the prices of instances are from and of what day."""
    table = _instance_table()
    return f"{table['source']}, {table['region']}, {table['date']}"


def instance_date() -> str:
    """The day of the prices of instances."""
    return str(_instance_table()["date"])


def listed_region() -> str:
    """The region that all prices are of."""
    return str(_instance_table()["region"])


@cache
def service_prices() -> tuple[ServicePrice, ...]:
    """The prices of everything but instances."""
    content = json.loads(SERVICES.read_text(encoding="utf-8"))
    return tuple(ServicePrice(**each) for each in content["prices"])


@cache
def _instance_table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(INSTANCES.read_text(encoding="utf-8"))
    return table


@cache
def _instances() -> Mapping[str, float]:
    families: Mapping[str, Mapping[str, float]] = _instance_table()["families"]
    return {f"{family}.{size}": price for family, sizes in families.items() for size, price in sizes.items()}
