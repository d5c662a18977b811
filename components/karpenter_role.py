"""The role of Karpenter's controller, which its pods get by EKS Pod Identity."""

import json
from dataclasses import dataclass
from operator import itemgetter

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.karpenter_controller import KarpenterScope, controller_policies
from knowledge.iam.trust import pod_identity_trust

KARPENTER_NAMESPACE = "kube-system"
"""Its API priority level is good enough for the controller (Karpenter docs, getting started)."""

KARPENTER_SERVICE_ACCOUNT = "karpenter"

POLICY_CONCERNS = (
    "node-lifecycle",
    "iam-integration",
    "eks-integration",
    "interruption",
    "zonal-shift",
    "resource-discovery",
)
"""What `controller_policies` has a document for; names must be known before the ARNs in the documents are."""


@dataclass(frozen=True)
class KarpenterRoleArgs:
    """The one cluster, node role and queue that the controller may touch."""

    context: StackContext
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    node_role_arn: pulumi.Input[str]
    queue_arn: pulumi.Input[str]


class KarpenterRole(pulumi.ComponentResource):
    """A role with six managed policies, one for each concern, tied to one service account.

    Managed policies and not inline ones: together the statements are longer than a role's inline policies may
    be.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: KarpenterRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the role, its policies and the association with the service account."""
        super().__init__("eks-efa:karpenter:KarpenterRole", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-role",
            description=f"Karpenter's controller of EKS cluster {context.cluster_name}",
            assume_role_policy=pulumi.Output.from_input(args.cluster_arn).apply(
                lambda arn: json.dumps(
                    pod_identity_trust(
                        arn, context.account_id, KARPENTER_NAMESPACE, KARPENTER_SERVICE_ACCOUNT
                    )
                )
            ),
            tags=context.tags,
            opts=options,
        )
        self.arn = role.arn
        documents = pulumi.Output.all(node_role_arn=args.node_role_arn, queue_arn=args.queue_arn).apply(
            lambda arns: controller_policies(_scope(context, arns["node_role_arn"], arns["queue_arn"]))
        )
        for concern in POLICY_CONCERNS:
            policy = aws.iam.Policy(
                f"{name}-{concern}",
                description=f"Karpenter {concern} for EKS cluster {context.cluster_name}",
                policy=documents.apply(itemgetter(concern)).apply(json.dumps),
                tags=context.tags,
                opts=options,
            )
            aws.iam.RolePolicyAttachment(
                f"{name}-{concern}", role=role.name, policy_arn=policy.arn, opts=options
            )
        aws.eks.PodIdentityAssociation(
            f"{name}-pod-identity",
            cluster_name=args.cluster_name,
            namespace=KARPENTER_NAMESPACE,
            service_account=KARPENTER_SERVICE_ACCOUNT,
            role_arn=role.arn,
            tags=context.tags,
            opts=options,
        )
        self.register_outputs({"arn": self.arn})


def _scope(context: StackContext, node_role_arn: str, queue_arn: str) -> KarpenterScope:
    return KarpenterScope(
        partition=context.partition,
        region=context.region,
        account_id=context.account_id,
        cluster_name=context.cluster_name,
        node_role_arn=node_role_arn,
        queue_arn=queue_arn,
    )
