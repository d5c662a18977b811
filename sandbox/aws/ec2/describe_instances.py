"""DescribeInstances and DescribeInstanceStatus, by which Karpenter tells drift, zone and health."""

from collections.abc import Mapping
from functools import partial

from sandbox.aws.ec2.filters import Values, matches
from sandbox.aws.ec2.instance_description import describe
from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.errors import AwsError
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


@operation("ec2", "DescribeInstances")
def describe_instances(world: World, parameters: Parameters) -> Answer:
    """The instances identified or matching, one to a reservation, 1,000 to a page."""
    found = _selected(world, parameters)
    instances, following = page(found, parameters, most=1000)
    reservations = [
        {
            "ReservationId": one.reservation_id,
            "OwnerId": world.account,
            "Instances": [describe(one)],
        }
        for one in instances
    ]
    return {"Reservations": reservations, **following}


@operation("ec2", "DescribeInstanceStatus")
def describe_instance_status(world: World, parameters: Parameters) -> Answer:
    """Status checks.

    All pass: the sandbox has no ailing hardware, so Karpenter's search for `impaired` finds none.
    """
    everything = parameters.get("IncludeAllInstances")
    found = [one for one in _selected(world, parameters) if everything or one.state == "running"]
    instances, following = page(found, parameters, most=1000)
    statuses = [
        {
            "InstanceId": one.id,
            "AvailabilityZone": one.availability_zone,
            "AvailabilityZoneId": one.launch.zone_id,
            "InstanceState": {"Name": one.state, "Code": one.state_code},
            "InstanceStatus": one.instance_status,
            "SystemStatus": one.system_status,
        }
        for one in instances
    ]
    return {"InstanceStatuses": statuses, **following}


def _selected(world: World, parameters: Parameters) -> list[LaunchedInstance]:
    ids = parameters.get("InstanceIds") or []
    if missing := sorted(set(ids) - set(world.instances)):
        message = f"The instance ID '{missing[0]}' does not exist"
        raise AwsError("InvalidInstanceID.NotFound", message)
    asked = [world.instances[instance_id] for instance_id in ids] if ids else list(world.instances.values())
    return [one for one in asked if matches(parameters, one.launch_tags, partial(_value, one))]


def _value(instance: LaunchedInstance, name: str) -> Values:
    launch = instance.launch
    if name.startswith("event."):
        return None
    values: Mapping[str, Values] = {
        "instance-id": instance.id,
        "instance-type": instance.instance_type,
        "instance-state-name": instance.state,
        "instance-state-code": str(instance.state_code),
        "instance-lifecycle": instance.lifecycle,
        "image-id": instance.image_id,
        "availability-zone": launch.zone,
        "availability-zone-id": launch.zone_id,
        "subnet-id": launch.subnet.id,
        "vpc-id": launch.subnet.vpc_id,
        "instance.group-id": [group.id for group in instance.security_groups],
        "placement-group-name": launch.placement_group.name if launch.placement_group else None,
        "capacity-reservation-id": instance.reservation.id if instance.reservation else None,
        "private-ip-address": instance.private_ip if instance.is_live else None,
        "private-dns-name": instance.private_dns_name if instance.is_live else None,
        "instance-status.status": "ok",
        "system-status.status": "ok",
    }
    return values[name]
