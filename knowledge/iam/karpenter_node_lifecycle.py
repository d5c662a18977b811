"""How Karpenter's controller may launch, tag and terminate instances: only with its tags on them."""

from knowledge.iam.document import Statement
from knowledge.iam.karpenter_scope import KarpenterScope

MADE_BY_A_LAUNCH = (
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
)

ANY_NODE_POOL = "karpenter.sh/nodepool"


def node_lifecycle(scope: KarpenterScope) -> list[Statement]:
    """Statements of the policy `node-lifecycle`."""
    of_this_cluster = {
        "StringEquals": scope.cluster_tag("ResourceTag"),
        "StringLike": {f"aws:ResourceTag/{ANY_NODE_POOL}": "*"},
    }
    return [
        {
            "Sid": "AllowScopedEC2InstanceAccessActions",
            "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateFleet"],
            "Resource": [
                *scope.public("image", "snapshot"),
                *scope.anyones("security-group", "subnet", "capacity-reservation", "placement-group"),
            ],
        },
        {
            "Sid": "AllowScopedEC2LaunchTemplateAccessActions",
            "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateFleet"],
            "Resource": scope.own("launch-template"),
            "Condition": of_this_cluster,
        },
        {
            "Sid": "AllowScopedEC2InstanceActionsWithTags",
            "Effect": "Allow",
            "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
            "Resource": scope.own(*MADE_BY_A_LAUNCH),
            "Condition": {
                "StringEquals": scope.new_cluster_tags,
                "StringLike": {f"aws:RequestTag/{ANY_NODE_POOL}": "*"},
            },
        },
        {
            "Sid": "AllowScopedResourceCreationTagging",
            "Effect": "Allow",
            "Action": ["ec2:CreateTags"],
            "Resource": scope.own(*MADE_BY_A_LAUNCH),
            "Condition": {
                "StringEquals": {
                    **scope.new_cluster_tags,
                    "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
                },
                "StringLike": {f"aws:RequestTag/{ANY_NODE_POOL}": "*"},
            },
        },
        {
            "Sid": "AllowScopedResourceTagging",
            "Effect": "Allow",
            "Action": ["ec2:CreateTags"],
            "Resource": scope.own("instance"),
            "Condition": {
                **of_this_cluster,
                "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": scope.cluster_name},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
                },
            },
        },
        {
            "Sid": "AllowScopedDeletion",
            "Effect": "Allow",
            "Action": ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            "Resource": scope.own("instance", "launch-template"),
            "Condition": of_this_cluster,
        },
    ]
