"""Capacity reservations and Capacity Blocks: how many instances are promised, how many are taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sandbox.aws.ec2.filters import Values, matches, tag_list, tags_for
from sandbox.aws.ec2.instance_types import describe, zones_offering
from sandbox.aws.errors import AwsError
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

CAPACITY_BLOCK = "capacity-block"
RECLAIM_BEFORE_END = timedelta(minutes=30)
"""EC2 begins to terminate a Capacity Block's instances this long before its end:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html"""


@dataclass
class CapacityReservation:
    """One reservation. `kind` is `default` or `capacity-block`; `match` is `open` or `targeted`."""

    instance_type: str
    zone: str
    total: int
    created: datetime
    match: str = "open"
    kind: str = "default"
    start: datetime | None = None
    end: datetime | None = None
    cancelled: bool = False
    platform: str = "Linux/UNIX"
    tenancy: str = "default"
    tags: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"cr-{uuid4().hex[:17]}")

    def state(self, now: datetime) -> str:
        """`scheduled`, `active`, `expired` or `cancelled`."""
        if self.cancelled:
            return "cancelled"
        if self.end is not None and now >= self.end:
            return "expired"
        return "scheduled" if self.start is not None and now < self.start else "active"

    def used(self, world: World) -> int:
        """Instances that run in it, as they may go on to do after its end."""
        return sum(instance.reservation is self for instance in world.live_instances())

    def available(self, world: World) -> int:
        """Instances that can still be launched into it."""
        reclaiming = self.kind == CAPACITY_BLOCK and self.end and world.now() >= self.end - RECLAIM_BEFORE_END
        if reclaiming or self.state(world.now()) != "active":
            return 0
        return max(self.total - self.used(world), 0)

    def description(self, world: World) -> dict[str, Any]:
        """The reservation as DescribeCapacityReservations shows it."""
        zone = world.ec2.get_zone_by_name(self.zone)
        return {
            "CapacityReservationId": self.id,
            "CapacityReservationArn": f"{world.arn('ec2')}:capacity-reservation/{self.id}",
            "OwnerId": world.account,
            "InstanceType": self.instance_type,
            "InstancePlatform": self.platform,
            "AvailabilityZone": self.zone,
            "AvailabilityZoneId": zone.zone_id if zone else None,
            "Tenancy": self.tenancy,
            "TotalInstanceCount": self.total,
            "AvailableInstanceCount": self.available(world),
            "EbsOptimized": True,
            "EphemeralStorage": False,
            "State": self.state(world.now()),
            "CreateDate": self.created,
            "StartDate": self.start or self.created,
            "EndDate": self.end,
            "EndDateType": "limited" if self.end else "unlimited",
            "InstanceMatchCriteria": self.match,
            "ReservationType": self.kind,
            "Tags": tag_list(self.tags),
        }


def find(world: World, reservation_id: str) -> CapacityReservation:
    """The reservation of that id. Raises EC2's error where there is none."""
    if reservation_id not in world.capacity_reservations:
        message = f"The capacity reservation '{reservation_id}' does not exist"
        raise AwsError("InvalidCapacityReservationId.NotFound", message)
    return world.capacity_reservations[reservation_id]


def keep(world: World, reservation: CapacityReservation, parameters: Parameters) -> Mapping[str, Any]:
    """Add a reservation with the tags of the call that made it, and show it."""
    world.capacity_reservations[reservation.id] = reservation
    reservation.tags = world.ec2.tags[reservation.id]
    reservation.tags |= tags_for("capacity-reservation", parameters.get("TagSpecifications"))
    return reservation.description(world)


@operation("ec2", "CreateCapacityReservation")
def create_capacity_reservation(world: World, parameters: Parameters) -> Answer:
    """Reserve instances of a type in a zone that offers it."""
    instance_type, zone = str(parameters["InstanceType"]), str(parameters.get("AvailabilityZone"))
    describe(instance_type)
    if zone not in zones_offering(world.region, instance_type):
        message = f"The requested instance type '{instance_type}' is not supported in '{zone}'."
        raise AwsError("Unsupported", message)
    if world.faults.lacks_capacity(instance_type, zone, "reserved"):
        message = f"There is not enough capacity for {parameters['InstanceCount']} {instance_type} in {zone}."
        raise AwsError("InsufficientInstanceCapacity", message, 500)
    reservation = CapacityReservation(
        instance_type,
        zone,
        int(parameters["InstanceCount"]),
        world.now(),
        match=str(parameters.get("InstanceMatchCriteria") or "open"),
        end=parameters.get("EndDate"),
        platform=str(parameters.get("InstancePlatform") or "Linux/UNIX"),
        tenancy=str(parameters.get("Tenancy") or "default"),
    )
    return {"CapacityReservation": keep(world, reservation, parameters)}


@operation("ec2", "DescribeCapacityReservations")
def describe_capacity_reservations(world: World, parameters: Parameters) -> Answer:
    """The reservations identified or matching, 1,000 to a page."""
    ids = parameters.get("CapacityReservationIds")
    asked = [find(world, str(i)) for i in ids] if ids else list(world.capacity_reservations.values())
    found = [one for one in asked if matches(parameters, one.tags, _values(world, one).__getitem__)]
    reservations, following = page(found, parameters, most=1000)
    return {"CapacityReservations": [one.description(world) for one in reservations], **following}


@operation("ec2", "ModifyCapacityReservation")
def modify_capacity_reservation(world: World, parameters: Parameters) -> Answer:
    """Change count, end or match criteria. The count cannot fall below what runs in it."""
    reservation = find(world, str(parameters["CapacityReservationId"]))
    count = int(parameters.get("InstanceCount") or reservation.total)
    used = reservation.used(world)
    if count < used:
        message = f"{used} instances run in {reservation.id}; its count cannot be {count}."
        raise AwsError("InvalidParameterValue", message)
    reservation.total = count
    reservation.match = str(parameters.get("InstanceMatchCriteria") or reservation.match)
    if parameters.get("EndDateType") == "unlimited":
        reservation.end = None
    elif parameters.get("EndDate"):
        reservation.end = parameters["EndDate"]
    return {"Return": True}


@operation("ec2", "CancelCapacityReservation")
def cancel_capacity_reservation(world: World, parameters: Parameters) -> Answer:
    """Give the capacity back. Instances in it keep running; a Capacity Block cannot be cancelled."""
    reservation = find(world, str(parameters["CapacityReservationId"]))
    if reservation.kind == CAPACITY_BLOCK:
        raise AwsError("UnsupportedOperation", "A Capacity Block cannot be cancelled.")
    reservation.cancelled = True
    return {"Return": True}


def _values(world: World, reservation: CapacityReservation) -> dict[str, Values]:
    return {
        "state": reservation.state(world.now()),
        "instance-type": reservation.instance_type,
        "availability-zone": reservation.zone,
        "owner-id": world.account,
        "instance-match-criteria": reservation.match,
        "reservation-type": reservation.kind,
        "tenancy": reservation.tenancy,
        "instance-platform": reservation.platform,
    }
