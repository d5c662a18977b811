from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.errors import CommandError
from cli.migration.groups import Aws
from cli.migration.scene import Group, GroupNode

OURS = {"eks-efa/stack": "dev", "eks-efa/pool": "train"}


@dataclass
class FakeEks:
    """Node groups by EKS's names, each with its tags; one Auto Scaling group of the same name for each,
    unless `resources` says otherwise."""

    tags: dict[str, dict[str, str]]
    resources: dict[str, Any] | None = None

    def get_paginator(self, call: str) -> Any:
        assert call == "list_nodegroups"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        assert asked == {"clusterName": "efa-dev"}
        yield from ({"nodegroups": [name]} for name in self.tags)

    def describe_nodegroup(self, **asked: str) -> dict[str, Any]:
        name = asked["nodegroupName"]
        resources = {"resources": {"autoScalingGroups": [{"name": f"eks-{name}"}]}}
        there = resources if self.resources is None else self.resources
        return {"nodegroup": {"tags": self.tags[name], **there}}


@dataclass
class FakeAutoScaling:
    """The same answer for every group, and what was ended."""

    states: dict[str, str] = field(default_factory=dict)
    ended: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    def describe_auto_scaling_groups(self, **asked: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        instances = [{"InstanceId": name, "LifecycleState": state} for name, state in self.states.items()]
        group = {"MinSize": 1, "DesiredCapacity": 3, "Instances": instances}
        everything = ["eks-of-somebody-else", "eks-system"]
        return {"AutoScalingGroups": [group for _ in asked["AutoScalingGroupNames"] or everything]}

    def terminate_instance_in_auto_scaling_group(self, **asked: Any) -> None:
        self.ended.append(asked)


def groups(
    tags: dict[str, dict[str, str]], auto_scaling: FakeAutoScaling | None = None, *nodes: GroupNode
) -> tuple[Group, ...]:
    aws = Aws(FakeEks(tags), auto_scaling or FakeAutoScaling(), None)
    return aws.groups("dev", "efa-dev", {node.instance_id: node for node in nodes})


def test_only_gpu_groups_of_this_very_stack_are_looked_at() -> None:
    tags = {
        "ours": OURS,
        "system": {"eks-efa/stack": "dev"},
        "of-another-stack": {**OURS, "eks-efa/stack": "prod"},
        "by-somebody": {"eks-efa/pool": "train"},
        "untagged": {},
    }
    assert [(group.name, group.floor, group.desired) for group in groups(tags)] == [("train", 1, 3)]


def test_a_node_counts_while_its_instance_is_in_service_and_of_this_cluster() -> None:
    auto_scaling = FakeAutoScaling(
        {"i-1": "InService", "i-2": "Terminating:Wait", "i-3": "Pending", "i-elsewhere": "InService"}
    )
    nodes = [GroupNode(f"node-{number}", f"i-{number}") for number in (1, 2, 3, 4)]
    (group,) = groups({"ours": OURS}, auto_scaling, *nodes)
    assert [node.name for node in group.nodes] == ["node-1", "node-3"]


def test_an_instance_goes_with_no_other_in_its_place() -> None:
    auto_scaling = FakeAutoScaling()
    Aws(None, auto_scaling, None).end("i-1")
    assert auto_scaling.ended == [{"InstanceId": "i-1", "ShouldDecrementDesiredCapacity": True}]


def test_what_aws_refuses_is_one_line() -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAutoScalingGroups")
    with pytest.raises(CommandError, match=r"AWS: .*AccessDenied.*aws sts get-caller-identity"):
        groups({"ours": OURS}, FakeAutoScaling(error=error))


@pytest.mark.parametrize("resources", [{}, {"resources": {}}, {"resources": {"autoScalingGroups": []}}])
def test_a_group_that_is_being_made_has_no_node_and_nobody_elses(resources: dict[str, Any]) -> None:
    aws = Aws(FakeEks({"ours": OURS}, resources), FakeAutoScaling({"i-1": "InService"}), None)
    (group,) = aws.groups("dev", "efa-dev", {"i-1": GroupNode("node-1", "i-1")})
    assert group == Group("train", floor=0, desired=0)
