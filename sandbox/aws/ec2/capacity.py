"""Whether EC2 allows a launch and has room for it: faults on order, reservations, placement groups.

Everything else is plentiful.
"""

from sandbox.aws.ec2.capacity_reservations import CapacityReservation
from sandbox.aws.ec2.instance_types import describe, zones_offering
from sandbox.aws.ec2.launches import Launch
from sandbox.aws.ec2.placement_groups import SPREAD_LIMIT
from sandbox.aws.errors import AwsError
from sandbox.aws.faults import REFUSALS
from sandbox.aws.world import World


def check(world: World, launch: Launch) -> None:
    """Raise EC2's error where one more instance of this launch cannot be had now."""
    name, zone = launch.instance_type, launch.zone
    if zone not in zones_offering(world.region, name):
        message = (
            f"Your requested instance type ({name}) is not supported in your requested Availability Zone"
        )
        raise AwsError("Unsupported", f"{message} ({zone}).")
    if launch.reservation is not None:
        _check_reservation(world, launch.reservation, launch)
    refusal = world.faults.refusal(name, zone, launch.bought_as)
    if refusal in REFUSALS:
        raise AwsError(*REFUSALS[refusal])
    if world.faults.lacks_capacity(name, zone, launch.bought_as):
        raise _insufficient(name, zone, launch.bought_as)
    _check_placement_group(world, launch)


def _insufficient(name: str, zone: str, bought_as: str) -> AwsError:
    if bought_as == "spot":
        message = "There is no Spot capacity available that matches your request."
    else:
        message = (
            f"We currently do not have sufficient {name} capacity in the Availability Zone you requested"
        )
        message += f" ({zone})."
    return AwsError("InsufficientInstanceCapacity", message, 500)


def _check_reservation(world: World, reservation: CapacityReservation, launch: Launch) -> None:
    name, zone = launch.instance_type, launch.zone
    if (reservation.instance_type, reservation.zone) != (name, zone):
        promised = f"{reservation.instance_type} in {reservation.zone}"
        message = f"Capacity reservation {reservation.id} is for {promised}, not for {name} in {zone}."
        raise AwsError("InvalidParameterValue", message)
    if reservation.available(world) < 1:
        message = f"The requested reservation {reservation.id} does not have sufficient available capacity."
        raise AwsError("ReservationCapacityExceeded", message)


def _check_placement_group(world: World, launch: Launch) -> None:
    group = launch.placement_group
    if group is None:
        return
    name, zone = launch.instance_type, launch.zone
    if group.strategy not in describe(name)["PlacementGroupInfo"]["SupportedStrategies"]:
        message = f"The instance type {name} does not support placement groups of strategy {group.strategy}."
        raise AwsError("InvalidParameterCombination", message)
    members = [instance for instance in world.live_instances() if instance.placement_group is group]
    if group.strategy == "cluster" and any(member.availability_zone != zone for member in members):
        raise _insufficient(name, zone, "on-demand")
    if (
        group.strategy == "spread"
        and sum(member.availability_zone == zone for member in members) >= SPREAD_LIMIT
    ):
        message = (
            "You've reached the limit of instances in this spread placement group in this Availability Zone."
        )
        raise AwsError("InsufficientInstanceCapacity", message, 500)
