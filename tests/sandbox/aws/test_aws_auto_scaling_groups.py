"""The Auto Scaling groups of managed node groups, node by node."""

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def group(aws: Any, network: Any, cluster: str, role: Any) -> str:
    """A group of two to three nodes that has three; gives the name of its Auto Scaling group."""
    made = aws.eks.create_nodegroup(
        clusterName=cluster,
        nodegroupName="gpu",
        nodeRole=role("node"),
        subnets=list(network.subnets.values()),
        scalingConfig={"minSize": 2, "maxSize": 3, "desiredSize": 3},
        instanceTypes=["m7i.large"],
    )["nodegroup"]
    return str(made["resources"]["autoScalingGroups"][0]["name"])


def described(aws: Any, name: str) -> dict[str, Any]:
    (found,) = aws.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return dict(found)


def end(aws: Any, instance_id: str, *, fewer: bool) -> Any:
    return aws.autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=instance_id, ShouldDecrementDesiredCapacity=fewer
    )


def test_a_group_shows_its_instances_and_the_tags_that_eks_gives_it(aws: Any, group: str) -> None:
    seen = described(aws, group)
    assert (seen["MinSize"], seen["DesiredCapacity"], seen["MaxSize"]) == (2, 3, 3)
    assert {one["InstanceId"] for one in seen["Instances"]} == {one["instance_id"] for one in aws.instances()}
    assert {one["LifecycleState"] for one in seen["Instances"]} == {"InService"}
    assert {"k8s.io/cluster-autoscaler/train": "owned"}.items() <= {
        tag["Key"]: tag["Value"] for tag in seen["Tags"]
    }.items()


def test_a_group_that_is_not_there_is_left_out(aws: Any, group: str) -> None:
    answer = aws.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["eks-other"])
    assert answer["AutoScalingGroups"] == []


def test_the_named_instance_goes_and_no_other_takes_its_place(aws: Any, group: str) -> None:
    gone = aws.instances()[1]["instance_id"]
    activity = end(aws, gone, fewer=True)["Activity"]
    assert gone in activity["Description"]
    left = [one["instance_id"] for one in aws.instances()]
    assert len(left) == 2
    assert gone not in left
    scaling = aws.eks.describe_nodegroup(clusterName="train", nodegroupName="gpu")["nodegroup"][
        "scalingConfig"
    ]
    assert scaling["desiredSize"] == 2


def test_without_the_decrement_another_takes_its_place(aws: Any, group: str) -> None:
    gone = aws.instances()[0]["instance_id"]
    end(aws, gone, fewer=False)
    left = [one["instance_id"] for one in aws.instances()]
    assert len(left) == 3
    assert gone not in left


def test_a_group_does_not_fall_below_its_minimum(aws: Any, group: str) -> None:
    end(aws, aws.instances()[0]["instance_id"], fewer=True)
    with pytest.raises(ClientError, match="min size"):
        end(aws, aws.instances()[0]["instance_id"], fewer=True)
    assert len(aws.instances()) == 2


def test_an_instance_of_no_group_is_refused(aws: Any, group: str) -> None:
    with pytest.raises(ClientError, match="No managed instance found"):
        end(aws, "i-0123456789abcdef0", fewer=True)
