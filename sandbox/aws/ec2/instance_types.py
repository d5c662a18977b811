"""What instance types are made of and where they are offered: EC2's own descriptions, by way of moto."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES

from sandbox.aws.errors import AwsError, dry_run
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

Description = Mapping[str, Any]
"""One entry of DescribeInstanceTypes."""


def describe(instance_type: str) -> Description:
    """EC2's description of a type. Raises EC2's error for a type that does not exist."""
    description: Description | None = INSTANCE_TYPES.get(instance_type)
    if description is None:
        raise AwsError(
            "InvalidInstanceType", f"The following supplied instance types do not exist: [{instance_type}]"
        )
    return description


def zones_offering(region: str, instance_type: str) -> tuple[str, ...]:
    """Names of the region's zones that offer a type, in order; empty for none."""
    return offered_types(region).get(instance_type, ())


@cache
def offered_types(region: str) -> Mapping[str, tuple[str, ...]]:
    """Every type offered in the region, with its zones in order."""
    zones: dict[str, list[str]] = {}
    for offer in INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, []):
        zones.setdefault(str(offer["InstanceType"]), []).append(str(offer["Location"]))
    return {name: tuple(sorted(where)) for name, where in sorted(zones.items())}


@operation("ec2", "DescribeInstanceTypes")
def describe_instance_types(world: World, parameters: Parameters) -> Answer:
    """The types asked for, of those the region offers, 100 to a page.

    A dry run is Karpenter's first call: EC2 at all?
    """
    if parameters.get("DryRun"):
        raise dry_run()
    filters = {item["Name"]: item.get("Values", []) for item in parameters.get("Filters") or []}
    names = parameters.get("InstanceTypes") or []
    offered = offered_types(world.region)
    if unknown := sorted(set(names) - set(offered)):
        listed = ", ".join(unknown)
        raise AwsError(
            "InvalidInstanceType", f"The following supplied instance types do not exist: [{listed}]"
        )
    found = [t for t in world.ec2.describe_instance_types(names, filters) if t["InstanceType"] in offered]
    types, following = page(found, parameters, most=100)
    return {"InstanceTypes": types, **following}


@operation("ec2", "DescribeInstanceTypeOfferings")
def describe_instance_type_offerings(world: World, parameters: Parameters) -> Answer:
    """Which types which places offer, 1,000 to a page."""
    filters = {item["Name"]: item.get("Values", []) for item in parameters.get("Filters") or []}
    found = world.ec2.describe_instance_type_offerings(parameters.get("LocationType"), filters)
    offerings, following = page(found, parameters, most=1000)
    return {"InstanceTypeOfferings": offerings, **following}
