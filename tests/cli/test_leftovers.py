"""After a stack is down EC2 is asked what it has of it still."""

from typing import Any

import boto3
import pytest

from cli.leftovers import KINDS, Kind, tell_what_is_left
from cli.stacks import Stack
from knowledge.yaml_values import Plain
from settings.stack_file import StackFile

REGION = "us-west-2"
OWNED = {"kubernetes.io/cluster/efa-dev": "owned"}


def stack(*, adopts: bool = False) -> Stack:
    cluster: dict[str, Plain] = {"name": "efa-dev", **({"existing": {}} if adopts else {})}
    return Stack("dev", StackFile(region=REGION, profile=None, raw={"cluster": cluster}, config={}))


class Ec2:
    """What is there by the operation that lists it, each with its tags and what else a filter asks for."""

    def __init__(self) -> None:
        self._there: dict[str, list[tuple[dict[str, str], dict[str, Any]]]] = {}

    def put(self, operation: str, facts: dict[str, str], answer: dict[str, Any], **tags: str) -> str:
        tagged = {f"tag:{key}": value for key, value in tags.items()}
        self._there.setdefault(operation, []).append((facts | tagged, answer))
        return str(next(iter(answer.values())))

    def instance(self, id: str, state: str = "running", **tags: str) -> str:
        return self.put("describe_instances", {"instance-state-name": state}, {"InstanceId": id}, **tags)

    def volume(self, id: str, **tags: str) -> str:
        facts = {"status": "available", "volume-id": id}
        return self.put("describe_volumes", facts, {"VolumeId": id}, **tags)

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(operation, self._there.get(operation, []))


class Pages:
    """One page of what passes all filters."""

    def __init__(self, operation: str, there: list[tuple[dict[str, str], dict[str, Any]]]) -> None:
        self._operation, self._there = operation, there

    def paginate(self, **asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = [
            answer for facts, answer in self._there if all(passes(facts, each) for each in asked["Filters"])
        ]
        if self._operation == "describe_instances":
            return [{"Reservations": [{"Instances": found}]}]
        key = {
            "describe_network_interfaces": "NetworkInterfaces",
            "describe_volumes": "Volumes",
            "describe_launch_templates": "LaunchTemplates",
        }[self._operation]
        return [{key: found}]


def passes(facts: dict[str, str], one: dict[str, Any]) -> bool:
    if one["Name"] == "tag-key":
        return any(f"tag:{key}" in facts for key in one["Values"])
    return facts.get(one["Name"]) in one["Values"]


@pytest.fixture
def ec2() -> Ec2:
    return Ec2()


def told(
    ec2: Ec2, of: Stack, capsys: pytest.CaptureFixture[str], *volumes: str, clean: bool = True
) -> list[str]:
    assert tell_what_is_left(of, {"ec2": ec2}.__getitem__, volumes) is clean
    return capsys.readouterr().err.splitlines()


def test_where_nothing_is_left_nothing_is_said(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    ec2.instance("i-others", owner="somebody")
    ec2.instance("i-gone", "terminated", **OWNED)
    ec2.volume("vol-others")
    assert told(ec2, stack(), capsys) == []


def test_instances_of_the_stack_or_its_cluster_are_no_success(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.instance("i-2", **OWNED)
    ec2.instance("i-1", "stopped", **{"eks-efa/stack": "dev"})
    assert told(ec2, stack(), capsys, clean=False) == [
        "left in us-west-2: instances; they go with: "
        "aws ec2 --region us-west-2 terminate-instances --instance-ids i-1 i-2"
    ]


def test_interfaces_volumes_and_templates_are_told_each_with_its_command(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.volume("vol-claimed")
    ec2.volume("vol-owned", **OWNED)
    interface = {"NetworkInterfaceId": "eni-1"}
    of_cluster = {"cluster.k8s.amazonaws.com/name": "efa-dev"}
    ec2.put("describe_network_interfaces", {"status": "available"}, interface, **of_cluster)
    ec2.put(
        "describe_network_interfaces", {"status": "in-use"}, {"NetworkInterfaceId": "eni-2"}, **of_cluster
    )
    by_karpenter = {"karpenter.k8s.aws/cluster": "efa-dev"}
    ec2.put("describe_launch_templates", {}, {"LaunchTemplateId": "lt-1"}, **by_karpenter)
    begin = "aws ec2 --region us-west-2"
    delete = f"{begin} delete-volume --volume-id"
    assert told(ec2, stack(), capsys, "vol-claimed", "vol-gone") == [
        "left in us-west-2: network interfaces; they go with: "
        f"{begin} delete-network-interface --network-interface-id eni-1",
        "left in us-west-2: volumes, with what is on them; they go with: "
        f"{delete} vol-claimed && {delete} vol-owned",
        "left in us-west-2: launch templates, which cost nothing; they go with: "
        f"{begin} delete-launch-template --launch-template-id lt-1",
    ]


def test_of_a_cluster_that_was_adopted_only_the_stacks_own_is_told(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.instance("i-theirs", **OWNED)
    assert told(ec2, stack(adopts=True), capsys) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.operation)
def test_ec2_has_these_lists_and_takes_these_filters(kind: Kind) -> None:
    client = boto3.client("ec2", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    assert client.can_paginate(kind.operation)
    words = [word.title() for word in kind.operation.split("_")]
    asked = client.meta.service_model.operation_model("".join(words)).input_shape
    assert asked is not None
    assert "Filters" in asked.members
