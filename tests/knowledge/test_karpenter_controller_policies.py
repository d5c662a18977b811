from typing import Any

import pytest

from knowledge.iam.document import MANAGED_POLICY_LIMIT, Statement, length
from knowledge.iam.karpenter_controller import KarpenterScope, controller_policies

SCOPE = KarpenterScope(
    partition="aws",
    region="us-west-2",
    account_id="123456789012",
    cluster_name="train",
    node_role_arn="arn:aws:iam::123456789012:role/train-node",
    queue_arn="arn:aws:sqs:us-west-2:123456789012:train",
)
CLUSTER_ARN = "arn:aws:eks:us-west-2:123456789012:cluster/train"

# karpenter-provider-aws v1.14.1, getting-started-with-karpenter/cloudformation.yaml: policies, Sids, actions.
ACTIONS = {
    "node-lifecycle": {
        "AllowScopedEC2InstanceAccessActions": "ec2:RunInstances ec2:CreateFleet",
        "AllowScopedEC2LaunchTemplateAccessActions": "ec2:RunInstances ec2:CreateFleet",
        "AllowScopedEC2InstanceActionsWithTags": "ec2:RunInstances ec2:CreateFleet ec2:CreateLaunchTemplate",
        "AllowScopedResourceCreationTagging": "ec2:CreateTags",
        "AllowScopedResourceTagging": "ec2:CreateTags",
        "AllowScopedDeletion": "ec2:TerminateInstances ec2:DeleteLaunchTemplate",
    },
    "iam-integration": {
        "AllowPassingInstanceRole": "iam:PassRole",
        "AllowScopedInstanceProfileCreationActions": "iam:CreateInstanceProfile",
        "AllowScopedInstanceProfileTagActions": "iam:TagInstanceProfile",
        "AllowScopedInstanceProfileActions": (
            "iam:AddRoleToInstanceProfile iam:RemoveRoleFromInstanceProfile iam:DeleteInstanceProfile"
        ),
    },
    "eks-integration": {"AllowAPIServerEndpointDiscovery": "eks:DescribeCluster"},
    "interruption": {"AllowInterruptionQueueActions": "sqs:DeleteMessage sqs:GetQueueUrl sqs:ReceiveMessage"},
    "zonal-shift": {"AllowZonalShiftStatusReadOnly": "arc-zonal-shift:GetManagedResource"},
    "resource-discovery": {
        "AllowRegionalReadActions": (
            "ec2:DescribeCapacityReservations ec2:DescribeImages ec2:DescribeInstances "
            "ec2:DescribeInstanceStatus ec2:DescribeInstanceTypeOfferings ec2:DescribeInstanceTypes "
            "ec2:DescribeLaunchTemplates ec2:DescribePlacementGroups ec2:DescribeSecurityGroups "
            "ec2:DescribeSpotPriceHistory ec2:DescribeSubnets"
        ),
        "AllowSSMReadActions": "ssm:GetParameter",
        "AllowPricingReadActions": "pricing:GetProducts",
        "AllowUnscopedInstanceProfileListAction": "iam:ListInstanceProfiles",
        "AllowInstanceProfileReadActions": "iam:GetInstanceProfile",
    },
}


def statement(sid: str) -> Statement:
    statements: list[Statement] = [
        each for policy in controller_policies(SCOPE).values() for each in policy["Statement"]
    ]
    (found,) = [each for each in statements if each["Sid"] == sid]
    return found


def condition(sid: str) -> dict[str, Any]:
    found: dict[str, Any] = statement(sid)["Condition"]
    return found


def test_policies_statements_and_actions_are_those_of_karpenters_template() -> None:
    found = {
        name: {each["Sid"]: " ".join(each["Action"]) for each in policy["Statement"]}
        for name, policy in controller_policies(SCOPE).items()
    }
    assert found == ACTIONS


@pytest.mark.parametrize("name", ACTIONS)
def test_each_policy_is_short_enough_even_for_the_longest_names(name: str) -> None:
    longest = KarpenterScope(
        partition="aws-us-gov",
        region="ap-southeast-2",
        account_id="123456789012",
        cluster_name="c" * 100,
        node_role_arn="arn:aws-us-gov:iam::123456789012:role/" + "r" * 64,
        queue_arn="arn:aws-us-gov:sqs:ap-southeast-2:123456789012:" + "q" * 80,
    )
    assert length(controller_policies(longest)[name]) <= MANAGED_POLICY_LIMIT


def test_instances_are_launched_only_with_the_clusters_tags_and_a_node_pools() -> None:
    assert condition("AllowScopedEC2InstanceActionsWithTags") == {
        "StringEquals": {
            "aws:RequestTag/kubernetes.io/cluster/train": "owned",
            "aws:RequestTag/eks:eks-cluster-name": "train",
        },
        "StringLike": {"aws:RequestTag/karpenter.sh/nodepool": "*"},
    }


@pytest.mark.parametrize("sid", ["AllowScopedDeletion", "AllowScopedEC2LaunchTemplateAccessActions"])
def test_only_what_karpenter_made_for_this_cluster_is_used_or_deleted(sid: str) -> None:
    assert condition(sid) == {
        "StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/train": "owned"},
        "StringLike": {"aws:ResourceTag/karpenter.sh/nodepool": "*"},
    }


def test_tags_are_made_at_launch_only() -> None:
    assert condition("AllowScopedResourceCreationTagging")["StringEquals"]["ec2:CreateAction"] == [
        "RunInstances",
        "CreateFleet",
        "CreateLaunchTemplate",
    ]


def test_of_a_running_instance_three_tags_alone_may_be_set() -> None:
    assert condition("AllowScopedResourceTagging") == {
        "StringEquals": {"aws:ResourceTag/kubernetes.io/cluster/train": "owned"},
        "StringLike": {"aws:ResourceTag/karpenter.sh/nodepool": "*"},
        "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": "train"},
        "ForAllValues:StringEquals": {
            "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
        },
    }


def test_one_role_is_passed_and_to_ec2_alone() -> None:
    passing = statement("AllowPassingInstanceRole")
    assert passing["Resource"] == SCOPE.node_role_arn
    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == [
        "ec2.amazonaws.com",
        "ec2.amazonaws.com.cn",
    ]


def test_a_launch_may_use_shared_subnets_reservations_and_placement_groups() -> None:
    assert statement("AllowScopedEC2InstanceAccessActions")["Resource"] == [
        "arn:aws:ec2:us-west-2::image/*",
        "arn:aws:ec2:us-west-2::snapshot/*",
        "arn:aws:ec2:us-west-2:*:security-group/*",
        "arn:aws:ec2:us-west-2:*:subnet/*",
        "arn:aws:ec2:us-west-2:*:capacity-reservation/*",
        "arn:aws:ec2:us-west-2:*:placement-group/*",
    ]


def test_what_karpenter_makes_it_makes_in_this_account_and_region() -> None:
    resources = statement("AllowScopedEC2InstanceActionsWithTags")["Resource"]
    assert [each.removeprefix("arn:aws:ec2:us-west-2:123456789012:") for each in resources] == [
        "fleet/*",
        "instance/*",
        "volume/*",
        "network-interface/*",
        "launch-template/*",
        "spot-instances-request/*",
    ]


def test_an_instance_profile_is_changed_only_where_it_bears_cluster_region_and_node_class() -> None:
    assert condition("AllowScopedInstanceProfileActions") == {
        "StringEquals": {
            "aws:ResourceTag/kubernetes.io/cluster/train": "owned",
            "aws:ResourceTag/topology.kubernetes.io/region": "us-west-2",
        },
        "StringLike": {"aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*"},
    }
    assert condition("AllowScopedInstanceProfileCreationActions") == {
        "StringEquals": {
            "aws:RequestTag/kubernetes.io/cluster/train": "owned",
            "aws:RequestTag/eks:eks-cluster-name": "train",
            "aws:RequestTag/topology.kubernetes.io/region": "us-west-2",
        },
        "StringLike": {"aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*"},
    }
    assert len(condition("AllowScopedInstanceProfileTagActions")["StringEquals"]) == 5


def test_the_one_cluster_and_the_one_queue_are_named() -> None:
    assert statement("AllowAPIServerEndpointDiscovery")["Resource"] == CLUSTER_ARN
    assert statement("AllowInterruptionQueueActions")["Resource"] == SCOPE.queue_arn
    assert condition("AllowZonalShiftStatusReadOnly") == {
        "StringEquals": {"arc-zonal-shift:ResourceIdentifier": CLUSTER_ARN}
    }


def test_what_knows_no_resources_is_read_in_this_region_alone() -> None:
    assert condition("AllowRegionalReadActions") == {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}
    assert statement("AllowSSMReadActions")["Resource"] == "arn:aws:ssm:us-west-2::parameter/aws/service/*"
