"""The system node group: nodes for what the cluster itself needs, Karpenter's controller first of all.

Karpenter must not live on nodes that it makes and unmakes itself (EKS best practices, Karpenter), and
training pods must not push it out: the nodes carry a taint that only critical addons tolerate, where the
settings ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from components.launch_template import LaunchTemplate, LaunchTemplateArgs, RootVolume
from knowledge.system_nodes import OWN, TOLERATED_TAINT
from settings.cluster import SystemNodesSettings

SYSTEM_GROUP = "system"


@dataclass(frozen=True)
class SystemNodeGroupArgs:
    """Where the nodes run and what they are."""

    context: StackContext
    settings: SystemNodesSettings
    ami_type: str
    """EKS' name of image and architecture, such as `AL2023_x86_64_STANDARD`."""
    cluster_name: pulumi.Input[str]
    cluster_security_group_id: pulumi.Input[str]
    node_role_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """One in each zone."""
    after: tuple[pulumi.Resource, ...]
    """Addons that nodes need, the node role's policies, the way out of the VPC."""


class SystemNodeGroup(pulumi.ComponentResource):
    """A managed node group over all zones; its size is set once and then left to whoever changes it."""

    node_group_name: pulumi.Output[str]
    launch_template_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: SystemNodeGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the launch template and the group."""
        super().__init__("eks-efa:nodes:SystemNodeGroup", name, None, opts)
        settings = args.settings
        template = LaunchTemplate(
            f"{name}-launch-template",
            LaunchTemplateArgs(
                context=args.context,
                group=SYSTEM_GROUP,
                root_volume=RootVolume(settings.disk_gib),
                security_group_ids=[args.cluster_security_group_id],
                node_tags={},
            ),
            pulumi.ResourceOptions(parent=self),
        )
        group = aws.eks.NodeGroup(
            f"{name}-node-group",
            cluster_name=args.cluster_name,
            # A prefix and not a name: a change that replaces the group makes the new nodes before the old
            # ones go.
            node_group_name_prefix=f"{SYSTEM_GROUP}-",
            node_role_arn=args.node_role_arn,
            subnet_ids=args.subnet_ids,
            ami_type=args.ami_type,
            version=args.context.kubernetes_version,
            release_version=settings.ami.release,
            instance_types=settings.instance_types,
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.launch_template_id, version=template.latest_version
            ),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=settings.min_nodes,
                desired_size=settings.desired_nodes,
                max_size=settings.max_nodes,
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            labels=dict(OWN),
            taints=[_CRITICAL_ADDONS_ONLY] if settings.critical_addons_only else None,
            tags=args.context.named(SYSTEM_GROUP),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=list(args.after), ignore_changes=["scalingConfig.desiredSize"]
            ),
        )
        self.node_group_name = group.node_group_name
        self.launch_template_id = template.launch_template_id
        self.register_outputs({"nodeGroupName": self.node_group_name})


_CRITICAL_ADDONS_ONLY = aws.eks.NodeGroupTaintArgs(key=TOLERATED_TAINT, value="true", effect="NO_SCHEDULE")
