"""What Cluster Autoscaler may do: look at every group, change the size of one cluster's.

Actions are those of its own documentation (cloudprovider/aws/README.md of kubernetes/autoscaler, "Full
Cluster Autoscaler Features Policy"), without DescribeLaunchConfigurations: groups of EKS have launch
templates.
"""

from knowledge.cluster_autoscaler import ownership_tag
from knowledge.iam.document import PolicyDocument, document


def cluster_autoscaler_policy(
    partition: str, region: str, account_id: str, cluster_name: str
) -> PolicyDocument:
    """The policy of its role, for one cluster of one account and region."""
    groups = f"arn:{partition}:autoscaling:{region}:{account_id}:autoScalingGroup:*:autoScalingGroupName/*"
    return document(
        {
            "Sid": "AllowSizingGroupsOfThisCluster",
            "Effect": "Allow",
            "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            "Resource": groups,
            "Condition": {"StringEquals": {f"aws:ResourceTag/{ownership_tag(cluster_name)}": "owned"}},
        },
        {
            "Sid": "AllowReadingNodeGroupsOfThisCluster",
            "Effect": "Allow",
            "Action": ["eks:DescribeNodegroup"],
            "Resource": f"arn:{partition}:eks:{region}:{account_id}:nodegroup/{cluster_name}/*/*",
        },
        {
            # None of these takes a resource; the region is all that narrows them.
            "Sid": "AllowReadingGroupsAndWhatTheyLaunch",
            "Effect": "Allow",
            "Action": [
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeScalingActivities",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
        },
    )
