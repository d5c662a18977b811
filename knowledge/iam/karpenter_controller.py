"""What Karpenter's controller may do: one policy for each concern, short enough to be a managed policy.

The statements, with their Sids, are those of Karpenter's own CloudFormation template (karpenter-provider-aws
v1.14.1, getting-started-with-karpenter/cloudformation.yaml), so that they can be compared release by release.
One thing is narrower here: what Karpenter makes is allowed in this account alone, where the template leaves
the account open.
"""

from knowledge.iam.document import PolicyDocument, Statement, document
from knowledge.iam.karpenter_node_lifecycle import node_lifecycle
from knowledge.iam.karpenter_scope import KarpenterScope

__all__ = ["KarpenterScope", "controller_policies"]

ANY_NODE_CLASS = "karpenter.k8s.aws/ec2nodeclass"


def controller_policies(scope: KarpenterScope) -> dict[str, PolicyDocument]:
    """Policy documents by concern: `node-lifecycle`, `iam-integration`, `eks-integration`, `interruption`,
    `zonal-shift`, `resource-discovery`."""
    return {
        "node-lifecycle": document(*node_lifecycle(scope)),
        "iam-integration": document(*_iam_integration(scope)),
        "eks-integration": document(
            {
                "Sid": "AllowAPIServerEndpointDiscovery",
                "Effect": "Allow",
                "Action": ["eks:DescribeCluster"],
                "Resource": scope.cluster_arn,
            }
        ),
        "interruption": document(
            {
                "Sid": "AllowInterruptionQueueActions",
                "Effect": "Allow",
                "Action": ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
                "Resource": scope.queue_arn,
            }
        ),
        "zonal-shift": document(
            {
                "Sid": "AllowZonalShiftStatusReadOnly",
                "Effect": "Allow",
                "Action": ["arc-zonal-shift:GetManagedResource"],
                # The action takes the cluster by this condition key, not as its resource.
                "Resource": "*",
                "Condition": {"StringEquals": {"arc-zonal-shift:ResourceIdentifier": scope.cluster_arn}},
            }
        ),
        "resource-discovery": document(*_resource_discovery(scope)),
    }


def _iam_integration(scope: KarpenterScope) -> list[Statement]:
    return [
        {
            "Sid": "AllowPassingInstanceRole",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": scope.node_role_arn,
            "Condition": {
                "StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]}
            },
        },
        {
            "Sid": "AllowScopedInstanceProfileCreationActions",
            "Effect": "Allow",
            "Action": ["iam:CreateInstanceProfile"],
            "Resource": scope.instance_profiles,
            "Condition": {
                "StringEquals": {**scope.new_cluster_tags, **scope.region_tag("RequestTag")},
                "StringLike": {f"aws:RequestTag/{ANY_NODE_CLASS}": "*"},
            },
        },
        {
            "Sid": "AllowScopedInstanceProfileTagActions",
            "Effect": "Allow",
            "Action": ["iam:TagInstanceProfile"],
            "Resource": scope.instance_profiles,
            "Condition": {
                "StringEquals": {
                    **scope.cluster_tag("ResourceTag"),
                    **scope.region_tag("ResourceTag"),
                    **scope.new_cluster_tags,
                    **scope.region_tag("RequestTag"),
                },
                "StringLike": {
                    f"aws:ResourceTag/{ANY_NODE_CLASS}": "*",
                    f"aws:RequestTag/{ANY_NODE_CLASS}": "*",
                },
            },
        },
        {
            "Sid": "AllowScopedInstanceProfileActions",
            "Effect": "Allow",
            "Action": [
                "iam:AddRoleToInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:DeleteInstanceProfile",
            ],
            "Resource": scope.instance_profiles,
            "Condition": {
                "StringEquals": {**scope.cluster_tag("ResourceTag"), **scope.region_tag("ResourceTag")},
                "StringLike": {f"aws:ResourceTag/{ANY_NODE_CLASS}": "*"},
            },
        },
    ]


def _resource_discovery(scope: KarpenterScope) -> list[Statement]:
    return [
        {
            "Sid": "AllowRegionalReadActions",
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ],
            # EC2's Describe actions know no resources.
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": scope.region}},
        },
        {
            "Sid": "AllowSSMReadActions",
            "Effect": "Allow",
            "Action": ["ssm:GetParameter"],
            "Resource": f"arn:{scope.partition}:ssm:{scope.region}::parameter/aws/service/*",
        },
        {
            "Sid": "AllowPricingReadActions",
            "Effect": "Allow",
            "Action": ["pricing:GetProducts"],
            # The price list is not the account's, and its API lives in other regions than the cluster.
            "Resource": "*",
        },
        {
            "Sid": "AllowUnscopedInstanceProfileListAction",
            "Effect": "Allow",
            "Action": ["iam:ListInstanceProfiles"],
            # Knows no resources; without it, profiles of deleted node classes stay behind (Karpenter 1.7).
            "Resource": "*",
        },
        {
            "Sid": "AllowInstanceProfileReadActions",
            "Effect": "Allow",
            "Action": ["iam:GetInstanceProfile"],
            "Resource": scope.instance_profiles,
        },
    ]
