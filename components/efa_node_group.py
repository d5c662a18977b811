"""A managed EFA node group: GPU nodes of one type in one zone, as many as somebody set by hand."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from components.launch_template import LaunchTemplate, LaunchTemplateArgs, Reservation, RootVolume
from components.placement import placement_group_name
from components.storage import uses_instance_store
from knowledge.cluster_autoscaler import accelerator_label, device_tags
from knowledge.device_plugins import device_labels
from knowledge.efa_interfaces import InterfacePlan, efa_count, efa_only_on_card_0
from knowledge.hardware import InstanceType
from knowledge.node_names import POOL_LABEL
from knowledge.user_data import ClusterDetails, KubeletOptions, StorageOptions, user_data
from settings.base import TaintEffect
from settings.nodes import NodeGroupSettings

_CAPACITY_TYPES = {
    "on-demand": "ON_DEMAND",
    "spot": "SPOT",
    "reserved": "ON_DEMAND",  # on-demand instances that a reservation was waiting for
    "capacity-block": "CAPACITY_BLOCK",
}

_TAINT_EFFECTS: dict[TaintEffect, str] = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}


@dataclass(frozen=True)
class NodeGroupCluster:
    """What a node must know of its cluster to join it with an image that EKS does not choose."""

    name: pulumi.Input[str]
    endpoint: pulumi.Input[str]
    certificate_authority: pulumi.Input[str]
    service_cidr: str


@dataclass(frozen=True)
class EfaNodeGroupArgs:
    """The settings of one group, with what was looked up for it."""

    context: StackContext
    settings: NodeGroupSettings
    instance_type: InstanceType
    interfaces: InterfacePlan
    image_id: str
    cluster: NodeGroupCluster
    node_role_arn: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    """In the group's one zone."""
    security_group_ids: tuple[pulumi.Input[str], ...]
    """The cluster's and the EFA one, on every interface."""
    after: tuple[pulumi.Resource, ...]
    """Addons that nodes need, the node role's policies, the way out of the VPC."""
    autoscaled: bool = False
    """Whether Cluster Autoscaler sizes the group, rather than the settings."""


class EfaNodeGroup(pulumi.ComponentResource):
    """A managed node group with EFA on every network card that can have it.

    The image is named in the launch template, so EKS adds nothing to the user data: it holds all that nodeadm
    needs, labels and taints included, so that a node is never without them, not even in its first second.
    """

    node_group_name: pulumi.Output[str]
    launch_template_id: pulumi.Output[str]
    placement_group_name: pulumi.Output[str | None]

    def __init__(self, name: str, args: EfaNodeGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the placement group if there is to be one, the launch template and the node group."""
        super().__init__("eks-efa:nodes:EfaNodeGroup", name, None, opts)
        settings = args.settings
        labels = {
            **settings.labels,
            **accelerator_label(args.instance_type),
            **device_labels([args.instance_type], [args.interfaces]),
            POOL_LABEL: settings.name,
        }
        placement_group = placement_group_name(
            self,
            name,
            settings.placement_group,
            reserved=settings.reservation_id is not None,
            tags=args.context.named(name),
        )
        template = LaunchTemplate(
            f"{name}-launch-template",
            LaunchTemplateArgs(
                context=args.context,
                group=settings.name,
                root_volume=RootVolume(settings.disk_gib, settings.storage.iops, settings.storage.throughput),
                security_group_ids=args.security_group_ids,
                node_tags={POOL_LABEL: settings.name},
                interfaces=args.interfaces,
                # The interfaces fit this type only, so the type stands beside them; for a Capacity Block EKS
                # wants it here anyway.
                instance_type=args.instance_type.name,
                image_id=args.image_id,
                user_data=_user_data(args, labels),
                key_pair=settings.key_pair,
                placement_group_name=placement_group,
                reservation=_reservation(settings),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        group = aws.eks.NodeGroup(
            f"{name}-node-group",
            cluster_name=args.cluster.name,
            node_group_name=settings.name,
            node_role_arn=args.node_role_arn,
            subnet_ids=[args.subnet_id],
            capacity_type=_CAPACITY_TYPES[settings.capacity_type],
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.launch_template_id, version=template.latest_version
            ),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=settings.min_nodes,
                desired_size=settings.desired_nodes,
                max_size=settings.max_nodes,
            ),
            # MINIMAL takes an old node away before it asks for a new one: one more is seldom to be had.
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1, update_strategy="MINIMAL"),
            labels=labels,
            taints=[
                aws.eks.NodeGroupTaintArgs(
                    key=taint.key, value=taint.value or None, effect=_TAINT_EFFECTS[taint.effect]
                )
                for taint in settings.taints
            ],
            tags={**args.context.named(settings.name), POOL_LABEL: settings.name, **_devices(args)},
            # The name is the one in the settings, so a group is gone before its replacement comes; its
            # capacity has to come back first in any case. The desired size is not ignored where it is set by
            # hand, here.
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=list(args.after),
                delete_before_replace=True,
                ignore_changes=["scalingConfig.desiredSize"] if args.autoscaled else None,
            ),
        )
        self.node_group_name = group.node_group_name
        self.launch_template_id = template.launch_template_id
        self.placement_group_name = pulumi.Output.from_input(placement_group)
        self.register_outputs(
            {"nodeGroupName": self.node_group_name, "launchTemplateId": self.launch_template_id}
        )


def _devices(args: EfaNodeGroupArgs) -> dict[str, str]:
    """What Cluster Autoscaler must be told of nodes that there are not yet."""
    if not args.autoscaled:
        return {}
    return device_tags(args.instance_type.gpus, efa_count(args.interfaces))


def _reservation(settings: NodeGroupSettings) -> Reservation | None:
    if settings.reservation_id is None:
        return None
    block = settings.capacity_type == "capacity-block"
    return Reservation(id=settings.reservation_id, kind="capacity-block" if block else "reserved")


def _user_data(args: EfaNodeGroupArgs, labels: dict[str, str]) -> pulumi.Output[str]:
    settings = args.settings
    kubelet = KubeletOptions(
        # nodeadm counts every interface of card 0 as one for pods; an efa-only one there has no addresses to
        # give.
        max_pods=args.instance_type.eni_pod_limit(efa_only_on_card_0(args.interfaces)),
        labels=labels,
        taints=[f"{taint.key}={taint.value}:{taint.effect}" for taint in settings.taints],
    )
    cluster = args.cluster
    return pulumi.Output.all(
        name=cluster.name, endpoint=cluster.endpoint, certificate_authority=cluster.certificate_authority
    ).apply(
        lambda known: user_data(
            kubelet=kubelet,
            cluster=ClusterDetails(
                name=known["name"],
                api_server_endpoint=known["endpoint"],
                certificate_authority=known["certificate_authority"],
                service_cidr=cluster.service_cidr,
            ),
            storage=StorageOptions(
                raid0=uses_instance_store(settings.storage, [args.instance_type]),
                parallel_image_pull=settings.storage.parallel_image_pull,
            ),
            install_efa=not settings.ami.installs_efa,
        )
    )
