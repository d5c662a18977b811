"""Capacity Blocks for ML: what can be bought, and buying it.

A bought block is a capacity reservation with an end.
"""

from datetime import datetime, timedelta
from typing import Any

from sandbox.aws.ec2.capacity_reservations import CAPACITY_BLOCK, CapacityReservation, keep
from sandbox.aws.ec2.instance_types import describe, zones_offering
from sandbox.aws.errors import AwsError
from sandbox.aws.prices.on_demand import on_demand_price
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

BLOCK_FRACTION = 0.55
"""A block's hourly price as a part of the on-demand price. An estimate: AWS sets it by supply and demand."""

START = timedelta(minutes=30)
"""How soon a block on offer begins; AWS's earliest is 30 minutes away."""


@operation("ec2", "DescribeCapacityBlockOfferings")
def describe_capacity_block_offerings(world: World, parameters: Parameters) -> Answer:
    """One offering per zone that has the type, unless capacity was ordered away."""
    instance_type = str(parameters.get("InstanceType") or "")
    describe(instance_type)
    count, hours = int(parameters.get("InstanceCount") or 1), int(parameters["CapacityDurationHours"])
    start = parameters.get("StartDateRange") or world.now() + START
    offerings = [
        _offering(f"cbo-{instance_type}_{zone}_{count}_{hours}", start)
        for zone in zones_offering(world.region, instance_type)
        if not world.faults.lacks_capacity(instance_type, zone, "reserved")
    ]
    return {"CapacityBlockOfferings": offerings}


@operation("ec2", "PurchaseCapacityBlock")
def purchase_capacity_block(world: World, parameters: Parameters) -> Answer:
    """Buy an offering. It is active at once: nobody waits half an hour in a sandbox."""
    offering = _offering(str(parameters["CapacityBlockOfferingId"]), world.now())
    reservation = CapacityReservation(
        offering["InstanceType"],
        offering["AvailabilityZone"],
        offering["InstanceCount"],
        world.now(),
        match="targeted",
        kind=CAPACITY_BLOCK,
        start=offering["StartDate"],
        end=offering["EndDate"],
        platform=str(parameters.get("InstancePlatform") or "Linux/UNIX"),
    )
    return {"CapacityReservation": keep(world, reservation, parameters), "CapacityBlocks": []}


def _offering(offering_id: str, start: datetime) -> dict[str, Any]:
    """The offering an id stands for. The id carries it all, so no list of offers has to be kept."""
    try:
        instance_type, zone, count, hours = offering_id.removeprefix("cbo-").split("_")
        instances, duration = int(count), int(hours)
    except ValueError as error:
        message = f"The capacity block offering '{offering_id}' does not exist"
        raise AwsError("InvalidCapacityBlockOfferingId.NotFound", message) from error
    fee = on_demand_price(instance_type) * BLOCK_FRACTION * instances * duration
    return {
        "CapacityBlockOfferingId": offering_id,
        "InstanceType": instance_type,
        "AvailabilityZone": zone,
        "InstanceCount": instances,
        "StartDate": start,
        "EndDate": start + timedelta(hours=duration),
        "CapacityBlockDurationHours": duration,
        "UpfrontFee": f"{fee:.2f}",
        "CurrencyCode": "USD",
        "Tenancy": "default",
    }
