"""From a launch template and what overrides it to one launch, with EC2's checks on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.ec2.models.subnets import Subnet

from sandbox.aws.ec2 import capacity_reservations, placement_groups
from sandbox.aws.ec2.capacity_reservations import CAPACITY_BLOCK, CapacityReservation
from sandbox.aws.ec2.filters import tags_for
from sandbox.aws.ec2.instance_profiles import InstanceProfile, find_profile
from sandbox.aws.ec2.instance_types import describe
from sandbox.aws.ec2.network_interfaces import InterfaceSpecification, read_specification, validate
from sandbox.aws.ec2.placement_groups import PlacementGroup
from sandbox.aws.errors import AwsError
from sandbox.aws.world import World

TAGGED = ("instance", "volume", "network-interface", "spot-instances-request")


@dataclass(frozen=True)
class Launch:
    """Everything about an instance that is about to be launched.

    `capacity_type`: `on-demand`, `spot`, `capacity-block`.
    """

    image_id: str
    instance_type: str
    subnet: Subnet
    interfaces: tuple[InterfaceSpecification, ...]
    capacity_type: str
    tags: Mapping[str, Mapping[str, str]]
    placement_group: PlacementGroup | None
    partition: int | None
    tenancy: str
    reservation: CapacityReservation | None
    reservation_preference: str
    profile: InstanceProfile | None
    block_devices: tuple[Mapping[str, Any], ...]
    metadata_options: Mapping[str, Any]
    user_data: Any
    key_name: str | None
    monitoring: bool
    launch_template_id: str | None
    launch_template_version: int | None

    @property
    def bought_as(self) -> str:
        """How its capacity is had, in a fault's words: `reserved` wherever it is out of a reservation."""
        return "reserved" if self.reservation else self.capacity_type

    @property
    def zone(self) -> str:
        """Name of the zone, from the subnet."""
        return str(self.subnet.availability_zone)

    @property
    def zone_id(self) -> str:
        """The zone's id, which is the same place in every account, such as `usw2-az1`."""
        return str(self.subnet.availability_zone_id)


def template_data(world: World, specification: Mapping[str, Any] | None) -> tuple[dict[str, Any], Any]:
    """A launch template version, by id or name and version: its data and moto's object, or neither."""
    if not specification:
        return {}, None
    if specification.get("LaunchTemplateId"):
        template = world.ec2.get_launch_template(specification["LaunchTemplateId"])
    else:
        template = world.ec2.get_launch_template_by_name(str(specification["LaunchTemplateName"]))
    version = template.get_version(specification.get("Version") or "$Default")
    return dict(version.data), version


def resolve(
    world: World, data: Mapping[str, Any], version: Any, capacity_type: str, subnet_id: str | None
) -> Launch:
    """Check launch data against account, type and network. Raises EC2's error for what is wrong.

    `data` has the spelling of a launch template's data; `subnet_id` comes from an override or the call.
    """
    instance_type = str(data.get("InstanceType") or "")
    interfaces = _interfaces(world, data)
    validate(interfaces, describe(instance_type))
    subnet_ids = {interface.subnet_id for interface in interfaces if interface.subnet_id}
    chosen = subnet_id or data.get("SubnetId") or next(iter(sorted(subnet_ids)), None)
    if chosen is None:
        raise AwsError(
            "MissingInput", "No subnet was given, by override, network interface or launch template."
        )
    subnet = world.ec2.get_subnet(str(chosen))
    groups = {group_id for interface in interfaces for group_id in interface.groups}
    _validate_groups(world, groups, subnet)
    image_id = str(data.get("ImageId") or "")
    if image_id not in world.ec2.amis:
        raise AwsError("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    market = (data.get("InstanceMarketOptions") or {}).get("MarketType")
    placement = data.get("Placement") or {}
    preference, reservation = _reservation(world, data, str(subnet.availability_zone), instance_type, market)
    return Launch(
        image_id=image_id,
        instance_type=instance_type,
        subnet=subnet,
        interfaces=interfaces,
        capacity_type=str(market) if market in ("spot", CAPACITY_BLOCK) else capacity_type,
        tags={kind: tags_for(kind, data.get("TagSpecifications")) for kind in TAGGED},
        placement_group=_placement_group(world, placement),
        partition=placement.get("PartitionNumber"),
        tenancy=str(placement.get("Tenancy") or "default"),
        reservation=reservation,
        reservation_preference=preference,
        profile=find_profile(world, data.get("IamInstanceProfile")),
        block_devices=tuple(data.get("BlockDeviceMappings") or ()),
        metadata_options=data.get("MetadataOptions") or {},
        user_data=data.get("UserData"),
        key_name=data.get("KeyName"),
        monitoring=bool((data.get("Monitoring") or {}).get("Enabled")),
        launch_template_id=version.template.id if version else None,
        launch_template_version=version.number if version else None,
    )


def _interfaces(world: World, data: Mapping[str, Any]) -> tuple[InterfaceSpecification, ...]:
    listed = data.get("NetworkInterfaces")
    groups = list(data.get("SecurityGroupIds") or ())
    if listed:
        if groups:
            message = "Network interfaces and an instance-level security groups may not be specified"
            raise AwsError("InvalidParameterCombination", f"{message} on the same request")
        return tuple(read_specification(item) for item in listed)
    return (read_specification({"DeviceIndex": 0, "Groups": groups}),)


def _validate_groups(world: World, group_ids: set[str], subnet: Subnet) -> None:
    for group_id in sorted(group_ids):
        group = world.ec2.get_security_group_from_id(group_id)
        if group is None:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        if group.vpc_id != subnet.vpc_id:
            message = f"Security group {group_id} and subnet {subnet.id} belong to different networks."
            raise AwsError("InvalidParameter", message)


def _placement_group(world: World, placement: Mapping[str, Any]) -> PlacementGroup | None:
    if not placement.get("GroupName") and not placement.get("GroupId"):
        return None
    return placement_groups.find(world, placement.get("GroupName"), placement.get("GroupId"))


def _reservation(
    world: World, data: Mapping[str, Any], zone: str, instance_type: str, market: Any
) -> tuple[str, CapacityReservation | None]:
    """The reservation to launch into: the one aimed at, or an open one that fits, unless it opts out."""
    wanted = data.get("CapacityReservationSpecification") or {}
    target = (wanted.get("CapacityReservationTarget") or {}).get("CapacityReservationId")
    preference = str(wanted.get("CapacityReservationPreference") or ("" if target else "open"))
    if target:
        reservation = capacity_reservations.find(world, str(target))
        if (reservation.kind == CAPACITY_BLOCK) != (market == CAPACITY_BLOCK):
            message = f"{target} is of type {reservation.kind}; the launch's market type must agree with it."
            raise AwsError("InvalidParameterCombination", message)
        return preference, reservation
    if preference == "none" or market:
        return preference, None
    fitting = (
        one
        for one in world.capacity_reservations.values()
        if one.match == "open"
        and (one.zone, one.instance_type) == (zone, instance_type)
        and one.available(world)
    )
    return preference, next(fitting, None)
