"""The role of Cluster Autoscaler, which its pod gets by EKS Pod Identity."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.cluster_autoscaler import NAME, NAMESPACE
from knowledge.iam.cluster_autoscaler import cluster_autoscaler_policy
from knowledge.iam.trust import pod_identity_trust


@dataclass(frozen=True)
class ClusterAutoscalerRoleArgs:
    """The one cluster whose groups the autoscaler may size."""

    context: StackContext
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]


class ClusterAutoscalerRole(pulumi.ComponentResource):
    """A role with one inline policy, tied to one service account."""

    def __init__(
        self, name: str, args: ClusterAutoscalerRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the role, its policy and the association with the service account."""
        super().__init__("eks-efa:autoscaler:ClusterAutoscalerRole", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-role",
            description=f"Cluster Autoscaler of EKS cluster {context.cluster_name}",
            assume_role_policy=pulumi.Output.from_input(args.cluster_arn).apply(
                lambda arn: json.dumps(pod_identity_trust(arn, context.account_id, NAMESPACE, NAME))
            ),
            tags=context.tags,
            opts=options,
        )
        aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=json.dumps(
                cluster_autoscaler_policy(
                    context.partition, context.region, context.account_id, context.cluster_name
                )
            ),
            opts=options,
        )
        aws.eks.PodIdentityAssociation(
            f"{name}-pod-identity",
            cluster_name=args.cluster_name,
            namespace=NAMESPACE,
            service_account=NAME,
            role_arn=role.arn,
            tags=context.tags,
            opts=options,
        )
        self.register_outputs({})
