"""The role of every node, of managed groups and of Karpenter's alike."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.node_role import node_managed_policy_arns
from knowledge.iam.trust import ec2_trust


@dataclass(frozen=True)
class NodeRoleArgs:
    """The cluster that the nodes join."""

    context: StackContext
    cluster_name: pulumi.Input[str]
    with_vpc_cni: bool = False
    """Whether the cluster's VPC CNI has no role of its own, and goes by the nodes'."""


class NodeRole(pulumi.ComponentResource):
    """What a node may do in AWS, and its right to join the cluster.

    The access entry is made here although EKS makes one by itself for the role of a managed node group:
    Karpenter's nodes use the role too, and they must be able to join, and to leave, without any managed GPU
    group.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: NodeRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the role with its policies and its access entry."""
        super().__init__("eks-efa:nodes:NodeRole", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-role",
            description=f"Nodes of EKS cluster {context.cluster_name}",
            assume_role_policy=json.dumps(ec2_trust(context.dns_suffix)),
            tags=context.tags,
            opts=options,
        )
        self.name, self.arn = role.name, role.arn
        for policy_arn in node_managed_policy_arns(context.partition, with_vpc_cni=args.with_vpc_cni):
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy_arn.rpartition('/')[2]}",
                role=role.name,
                policy_arn=policy_arn,
                opts=options,
            )
        aws.eks.AccessEntry(
            f"{name}-access-entry",
            cluster_name=args.cluster_name,
            principal_arn=role.arn,
            type="EC2_LINUX",
            tags=context.tags,
            opts=options,
        )
        self.register_outputs({"name": self.name, "arn": self.arn})
