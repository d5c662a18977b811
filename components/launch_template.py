"""The launch template of a managed node group.

What it must not hold, because EKS refuses it in the template of a managed group
(https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html):

- an IAM instance profile: the group names the node role and EKS makes the profile of it;
- subnets, on any interface: the group names them;
- security groups beside interfaces: where interfaces are listed, the groups stand on each of them.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.efa_interfaces import InterfacePlan, for_launch_template

ROOT_DEVICE = "/dev/xvda"
"""Root device of the EKS AL2023 images."""

ReservationKind = Literal["reserved", "capacity-block"]


@dataclass(frozen=True)
class Reservation:
    """Capacity that was reserved before."""

    id: str
    kind: ReservationKind


@dataclass(frozen=True)
class RootVolume:
    """A gp3 volume; None is what comes with every one."""

    gib: int
    iops: int | None = None
    throughput: int | None = None
    """MiB a second."""


@dataclass(frozen=True)
class LaunchTemplateArgs:
    """What every instance of the group is to be."""

    context: StackContext
    group: str
    """Name of the node group."""
    root_volume: RootVolume
    security_group_ids: Sequence[pulumi.Input[str]]
    node_tags: dict[str, str]
    """On instances, volumes and interfaces, besides the stack's."""
    interfaces: InterfacePlan = ()
    """Empty where the group's own networking will do: one interface for whatever type is launched."""
    instance_type: str | None = None
    """None where the group lists several."""
    image_id: str | None = None
    """None where EKS chooses the image by the group's AMI type."""
    user_data: pulumi.Input[str] | None = None
    """Plain text; it is put into base64 here."""
    key_pair: str | None = None
    placement_group_name: pulumi.Input[str] | None = None
    reservation: Reservation | None = None


class LaunchTemplate(pulumi.ComponentResource):
    """A launch template whose newest version is the default one."""

    launch_template_id: pulumi.Output[str]
    latest_version: pulumi.Output[str]
    """As the node group wants it: a change of the template makes a new version and the group follows."""

    def __init__(
        self, name: str, args: LaunchTemplateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the template."""
        super().__init__("eks-efa:nodes:LaunchTemplate", name, None, opts)
        template = aws.ec2.LaunchTemplate(
            name,
            description=f"Nodes of group {args.group} of EKS cluster {args.context.cluster_name}",
            update_default_version=True,
            image_id=args.image_id,
            instance_type=args.instance_type,
            key_name=args.key_pair,
            user_data=_in_base64(args.user_data),
            block_device_mappings=[_root_volume(args.root_volume)],
            metadata_options=_metadata_options(),
            network_interfaces=_network_interfaces(args),
            vpc_security_group_ids=None if args.interfaces else args.security_group_ids,
            placement=_placement(args),
            capacity_reservation_specification=_capacity_reservation(args.reservation),
            instance_market_options=_market(args.reservation),
            tag_specifications=_tag_specifications(args),
            tags={**args.context.named(args.group), **args.node_tags},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.launch_template_id = template.id
        self.latest_version = template.latest_version.apply(str)
        self.register_outputs({"launchTemplateId": self.launch_template_id})


def _in_base64(user_data: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    if user_data is None:
        return None
    return pulumi.Output.from_input(user_data).apply(lambda text: base64.b64encode(text.encode()).decode())


def _root_volume(volume: RootVolume) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name=ROOT_DEVICE,
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_size=volume.gib,
            volume_type="gp3",
            iops=volume.iops,
            throughput=volume.throughput,
            encrypted="true",
            delete_on_termination="true",
        ),
    )


def _metadata_options() -> aws.ec2.LaunchTemplateMetadataOptionsArgs:
    """IMDSv2, and not for pods: one hop ends at the node (EKS best practices, identity and access)."""
    return aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
    )


def _network_interfaces(
    args: LaunchTemplateArgs,
) -> list[aws.ec2.LaunchTemplateNetworkInterfaceArgs] | None:
    if not args.interfaces:
        return None
    return [
        aws.ec2.LaunchTemplateNetworkInterfaceArgs(**interface)
        for interface in for_launch_template(args.interfaces, args.security_group_ids)
    ]


def _placement(args: LaunchTemplateArgs) -> aws.ec2.LaunchTemplatePlacementArgs | None:
    if args.placement_group_name is None:
        return None
    return aws.ec2.LaunchTemplatePlacementArgs(group_name=args.placement_group_name)


def _capacity_reservation(
    reservation: Reservation | None,
) -> aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs | None:
    if reservation is None:
        return None
    return aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs(
        capacity_reservation_target=(
            aws.ec2.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs(
                capacity_reservation_id=reservation.id
            )
        )
    )


def _market(reservation: Reservation | None) -> aws.ec2.LaunchTemplateInstanceMarketOptionsArgs | None:
    """A Capacity Block is a market of its own (EKS user guide, capacity-blocks-mng)."""
    if reservation is None or reservation.kind != "capacity-block":
        return None
    return aws.ec2.LaunchTemplateInstanceMarketOptionsArgs(market_type="capacity-block")


def _tag_specifications(args: LaunchTemplateArgs) -> list[aws.ec2.LaunchTemplateTagSpecificationArgs]:
    """EKS does not hand a node group's tags down to what it launches; the template does."""
    tags = {**args.context.named(args.group), **args.node_tags}
    return [
        aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=resource_type, tags=tags)
        for resource_type in ("instance", "volume", "network-interface")
    ]
