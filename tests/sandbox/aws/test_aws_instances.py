"""An instance from launch to end: boot, status checks, filters, termination, interruption."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

LIVE = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["InstanceId"] for reservation in answer["Reservations"] for one in reservation["Instances"]]


def test_an_instance_is_pending_until_the_boot_delay_is_over(aws: Any, template: Any, fleet: Any) -> None:
    aws.control("PUT", "faults", {"boot_delay_seconds": 45})
    fleet(template(), "g5.8xlarge")
    assert [one["state"] for one in aws.instances()] == ["pending"]
    assert aws.ec2.describe_instance_status()["InstanceStatuses"] == []
    aws.clock.advance(seconds=44)
    assert [one["state"] for one in aws.instances()] == ["pending"]
    aws.clock.advance(seconds=1)
    assert [one["state"] for one in aws.instances()] == ["running"]
    [status] = aws.ec2.describe_instance_status()["InstanceStatuses"]
    assert (status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]) == ("ok", "ok")


def test_an_instance_whose_key_may_not_be_used_is_launched_and_ends_with_the_reason(
    aws: Any, template: Any, fleet: Any
) -> None:
    aws.control("PUT", "faults", {"refused_launches": [{"kind": "ebs-key"}]})
    assert len(fleet(template(), "g5.8xlarge")["Instances"]) == 1
    aws.clock.advance(seconds=10)
    [reservation] = aws.ec2.describe_instances()["Reservations"]
    [instance] = reservation["Instances"]
    assert instance["State"]["Name"] == "terminated"
    assert instance["StateReason"]["Code"] == "Client.InternalError"


def test_no_instance_is_impaired_as_karpenter_asks(aws: Any, template: Any, fleet: Any) -> None:
    fleet(template(), "g5.8xlarge")
    for name, value in (("instance-status.status", "impaired"), ("event.code", "instance-retirement")):
        filters = [{"Name": name, "Values": [value]}]
        assert aws.ec2.describe_instance_status(Filters=filters)["InstanceStatuses"] == []


def test_termination_takes_interfaces_volumes_and_addresses_with_it(
    aws: Any, network: Any, template: Any, fleet: Any
) -> None:
    subnet_ids = list(network.subnets.values())

    def free() -> list[int]:
        subnets = aws.ec2.describe_subnets(SubnetIds=subnet_ids)["Subnets"]
        return [subnet["AvailableIpAddressCount"] for subnet in subnets]

    before = free()
    layout = [(0, 0, "efa"), *[(card, 1, "efa") for card in range(1, 4)]]
    fleet(template(layout), "p4d.24xlarge", zones="a", count=3)
    assert free()[0] == before[0] - 12
    doomed = [one["instance_id"] for one in aws.instances()]
    changes = aws.ec2.terminate_instances(InstanceIds=doomed)["TerminatingInstances"]
    assert {one["CurrentState"]["Name"] for one in changes} == {"shutting-down"}
    assert aws.instances() == []
    assert aws.ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert aws.ec2.describe_volumes()["Volumes"] == []
    assert free() == before
    assert ids(aws.ec2.describe_instances(Filters=LIVE)) == []


def test_a_terminated_instance_is_remembered_for_an_hour_and_then_unknown(
    aws: Any, template: Any, fleet: Any
) -> None:
    fleet(template(), "g5.8xlarge")
    [instance] = aws.instances()
    instance_id = instance["instance_id"]
    aws.ec2.terminate_instances(InstanceIds=[instance_id])
    assert ids(aws.ec2.describe_instances(InstanceIds=[instance_id])) == [instance_id]
    assert ids(aws.ec2.describe_instances(InstanceIds=[instance_id], Filters=LIVE)) == []
    aws.clock.advance(minutes=61)
    aws.instances()
    with pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        aws.ec2.describe_instances(InstanceIds=[instance_id])


def test_instances_are_found_by_karpenters_tags_and_by_type(aws: Any, template: Any, fleet: Any) -> None:
    name = template()
    tags = [
        {"Key": "karpenter.sh/nodepool", "Value": "gpu"},
        {"Key": "eks:eks-cluster-name", "Value": "train"},
    ]
    fleet(name, "g5.8xlarge", TagSpecifications=[{"ResourceType": "instance", "Tags": tags}])
    fleet(name, "p4d.24xlarge")
    gpu, other = aws.instances()
    assert gpu["cluster"] == "train"
    assert other["cluster"] is None
    by_tag = [
        {"Name": "tag-key", "Values": ["karpenter.sh/nodepool"]},
        {"Name": "tag:eks:eks-cluster-name", "Values": ["train"]},
    ]
    assert ids(aws.ec2.describe_instances(Filters=by_tag)) == [gpu["instance_id"]]
    by_type = [{"Name": "instance-type", "Values": ["p4d.*"]}]
    assert ids(aws.ec2.describe_instances(Filters=by_type)) == [other["instance_id"]]
    aws.ec2.create_tags(Resources=[other["instance_id"]], Tags=tags)
    assert len(ids(aws.ec2.describe_instances(Filters=by_tag))) == 2
    with pytest.raises(ClientError, match="'colour' is invalid"):
        aws.ec2.describe_instances(Filters=[{"Name": "colour", "Values": ["red"]}])


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("rack [1]", 1), ("rack*", 2), ("rack [?]", 2), ("rack \\*", 0), ("rack [12]", 0), ("Rack*", 0)],
)
def test_a_filter_knows_two_wildcards_and_takes_the_rest_as_written(
    aws: Any, template: Any, fleet: Any, pattern: str, found: int
) -> None:
    name = template()
    for number in (1, 2):
        tags = [{"Key": "place", "Value": f"rack [{number}]"}]
        fleet(name, "g5.8xlarge", TagSpecifications=[{"ResourceType": "instance", "Tags": tags}])
    filters = [{"Name": "tag:place", "Values": [pattern]}]
    assert len(ids(aws.ec2.describe_instances(Filters=filters))) == found


def test_run_instances_takes_interfaces_from_its_launch_template(
    aws: Any, network: Any, template: Any
) -> None:
    subnet = network.subnets["us-west-2a"]
    template([(0, 0, "interface"), (1, 0, "efa-only")])
    [instance] = aws.ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": "nodes"},
        InstanceType="p4d.24xlarge",
        SubnetId=subnet,
        MinCount=1,
        MaxCount=1,
    )["Instances"]
    assert [one["InterfaceType"] for one in instance["NetworkInterfaces"]] == ["interface", "efa-only"]


def test_an_instance_stays_in_the_reservation_that_run_instances_gave_it(
    aws: Any, network: Any, template: Any
) -> None:
    answer = aws.ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": template()},
        InstanceType="g5.8xlarge",
        SubnetId=network.subnets["us-west-2a"],
        MinCount=1,
        MaxCount=1,
    )
    described = aws.ec2.describe_instances()["Reservations"]
    assert {one["ReservationId"] for one in described} == {answer["ReservationId"]}
    assert answer["ReservationId"].startswith("r-")


def test_a_dry_run_answers_as_karpenters_validation_reads_it(aws: Any, template: Any) -> None:
    wanted = {
        "LaunchTemplate": {"LaunchTemplateName": template(), "Version": "$Latest"},
        "InstanceType": "g5.8xlarge",
        "MinCount": 1,
        "MaxCount": 1,
        "DryRun": True,
    }
    with pytest.raises(ClientError, match="DryRunOperation"):
        aws.ec2.run_instances(**wanted)
    with pytest.raises(ClientError, match=r"InvalidParameterValue.*Invalid IAM Instance Profile name"):
        aws.ec2.run_instances(**wanted, IamInstanceProfile={"Name": "not-there-yet"})
    with pytest.raises(ClientError, match="DryRunOperation"):
        aws.ec2.create_launch_template(
            LaunchTemplateName="probe", LaunchTemplateData={"ImageId": "ami-1"}, DryRun=True
        )


def test_a_hundred_launches_of_32_interfaces_are_quick(aws: Any, template: Any, fleet: Any) -> None:
    name = template([(0, 0, "efa"), *[(card, 1, "efa") for card in range(1, 32)]])
    began = time.monotonic()
    for _ in range(100):
        fleet(name, "p5.48xlarge", "p4d.24xlarge", zones="a")
    described = aws.ec2.describe_instances(MaxResults=1000)
    assert time.monotonic() - began < 30
    assert len(ids(described)) == 100
