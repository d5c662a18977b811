"""CreateFleet: what it launches, what it keeps of the template, what it chooses, what it reports."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

P4D = [(0, 0, "interface"), (0, 1, "efa-only"), (1, 0, "efa-only"), (2, 0, "efa-only"), (3, 0, "efa-only")]


def launched(answer: dict[str, Any]) -> list[str]:
    return [instance_id for one in answer["Instances"] for instance_id in one["InstanceIds"]]


def failures(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    overrides = [
        (one["ErrorCode"], one["LaunchTemplateAndOverrides"]["Overrides"]) for one in answer["Errors"]
    ]
    return {(code, override["InstanceType"], override["AvailabilityZone"]) for code, override in overrides}


def test_an_instance_keeps_what_its_launch_template_says(
    aws: Any, network: Any, template: Any, fleet: Any
) -> None:
    aws.ec2.create_placement_group(GroupName="rack", Strategy="cluster")
    aws.iam.create_instance_profile(InstanceProfileName="nodes")
    name = template(
        P4D,
        Placement={"GroupName": "rack"},
        IamInstanceProfile={"Name": "nodes"},
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        BlockDeviceMappings=[
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 200, "VolumeType": "gp3", "Encrypted": True}}
        ],
        TagSpecifications=[
            {"ResourceType": kind, "Tags": [{"Key": "of", "Value": kind}]}
            for kind in ("instance", "volume", "network-interface")
        ],
    )
    fleet_tags = [{"ResourceType": "instance", "Tags": [{"Key": "karpenter.sh/nodepool", "Value": "gpu"}]}]
    [instance_id] = launched(fleet(name, "p4d.24xlarge", zones="b", TagSpecifications=fleet_tags))

    [reservation] = aws.ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    [instance] = reservation["Instances"]
    interfaces = [
        (one["Attachment"]["NetworkCardIndex"], one["Attachment"]["DeviceIndex"], one["InterfaceType"])
        for one in instance["NetworkInterfaces"]
    ]
    assert interfaces == P4D
    assert all(one["Groups"][0]["GroupId"] == network.group_id for one in instance["NetworkInterfaces"])
    assert [bool(one.get("PrivateIpAddress")) for one in instance["NetworkInterfaces"]] == [True] + [
        False
    ] * 4
    assert instance["SecurityGroups"][0]["GroupId"] == network.group_id
    assert instance["Placement"]["GroupName"] == "rack"
    assert instance["Placement"]["AvailabilityZone"] == "us-west-2b"
    assert instance["Placement"]["AvailabilityZoneId"] == "usw2-az1"
    assert instance["IamInstanceProfile"]["Arn"].endswith("instance-profile/nodes")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    assert tags["of"] == "instance"
    assert tags["karpenter.sh/nodepool"] == "gpu"

    listed = aws.ec2.describe_network_interfaces(
        Filters=[{"Name": "attachment.instance-id", "Values": [instance_id]}]
    )["NetworkInterfaces"]
    assert {one["TagSet"][0]["Value"] for one in listed} == {"network-interface"}
    assert sorted(one["InterfaceType"] for one in listed) == ["efa-only"] * 4 + ["interface"]
    [subnet] = aws.ec2.describe_subnets(SubnetIds=[instance["SubnetId"]])["Subnets"]
    assert subnet["AvailableIpAddressCount"] == 2**14 - 5 - 1, "EFA-only interfaces take no address"
    [volume] = aws.ec2.describe_volumes()["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (200, "gp3", True)
    assert volume["Tags"] == [{"Key": "of", "Value": "volume"}]


def test_the_cheapest_type_wins_whatever_the_order_of_overrides(template: Any, fleet: Any) -> None:
    answer = fleet(template(), "p5.48xlarge", "p4d.24xlarge", "g5.8xlarge")
    assert answer["Instances"][0]["InstanceType"] == "g5.8xlarge"
    assert answer["Errors"] == []


def test_prioritized_fleets_follow_the_priorities_given(aws: Any, network: Any, template: Any) -> None:
    subnet = network.subnets["us-west-2a"]
    answer = aws.ec2.create_fleet(
        Type="instant",
        LaunchTemplateConfigs=[
            {
                "LaunchTemplateSpecification": {"LaunchTemplateName": template(), "Version": "$Latest"},
                "Overrides": [
                    {"InstanceType": "g5.8xlarge", "SubnetId": subnet, "Priority": 2.0},
                    {"InstanceType": "p5.48xlarge", "SubnetId": subnet, "Priority": 1.0},
                ],
            }
        ],
        OnDemandOptions={"AllocationStrategy": "prioritized"},
        TargetCapacitySpecification={"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"},
    )
    assert answer["Instances"][0]["InstanceType"] == "p5.48xlarge"


def test_spot_goes_to_the_zone_with_the_lowest_spot_price(aws: Any, template: Any, fleet: Any) -> None:
    answer = fleet(template(), "p4d.24xlarge", zones="cba", capacity_type="spot")
    [instance] = aws.instances()
    assert (instance["zone"], instance["capacity_type"]) == ("us-west-2a", "spot")
    assert answer["Instances"][0]["Lifecycle"] == "spot"
    [described] = aws.ec2.describe_instances()["Reservations"][0]["Instances"]
    assert described["InstanceLifecycle"] == "spot"
    assert described["SpotInstanceRequestId"].startswith("sir-")


def test_a_pool_without_capacity_is_passed_over_and_reported_and_no_other(
    aws: Any, template: Any, fleet: Any
) -> None:
    rule = {"instance_type": "p4d.24xlarge", "zone": "us-west-2a", "capacity_type": "on-demand"}
    aws.control("PUT", "faults", {"insufficient_capacity": [rule]})
    answer = fleet(template(), "p4d.24xlarge")
    assert failures(answer) == {("InsufficientInstanceCapacity", "p4d.24xlarge", "us-west-2a")}
    assert [one["zone"] for one in aws.instances()] == ["us-west-2b"]


@pytest.mark.parametrize(
    ("rule", "capacity_type", "is_short"),
    [
        ({"instance_type": "p4d.24xlarge"}, "on-demand", True),
        ({"instance_type": "p5.48xlarge"}, "on-demand", False),
        ({"zone": "us-west-2b"}, "on-demand", False),
        ({"capacity_type": "spot"}, "spot", True),
        ({"capacity_type": "spot"}, "on-demand", False),
        ({}, "spot", True),
    ],
)
def test_capacity_can_be_taken_by_type_zone_and_way_of_buying(
    aws: Any, template: Any, fleet: Any, rule: dict[str, str], capacity_type: str, is_short: bool
) -> None:
    aws.control("PUT", "faults", {"insufficient_capacity": [rule]})
    answer = fleet(template(), "p4d.24xlarge", zones="a", capacity_type=capacity_type)
    assert bool(launched(answer)) is not is_short
    assert {one["ErrorCode"] for one in answer["Errors"]} == (
        {"InsufficientInstanceCapacity"} if is_short else set()
    )


@pytest.mark.parametrize(
    ("kind", "capacity_type", "codes"),
    [
        ("vcpu-limit", "on-demand", {"VcpuLimitExceeded"}),
        ("vcpu-limit", "spot", {"VcpuLimitExceeded"}),
        ("no-addresses", "on-demand", {"InsufficientFreeAddressesInSubnet"}),
        ("spot-limit", "spot", {"MaxSpotInstanceCountExceeded"}),
        ("spot-limit", "on-demand", set()),
        ("spot-role", "spot", {"AuthFailure.ServiceLinkedRoleCreationNotPermitted"}),
        ("spot-role", "on-demand", set()),
    ],
)
def test_what_the_account_does_not_allow_is_an_error_of_the_fleet(
    aws: Any, template: Any, fleet: Any, kind: str, capacity_type: str, codes: set[str]
) -> None:
    aws.control("PUT", "faults", {"refused_launches": [{"kind": kind, "instance_type": "p4d.24xlarge"}]})
    answer = fleet(template(), "p4d.24xlarge", zones="a", capacity_type=capacity_type)
    assert {error["ErrorCode"] for error in answer["Errors"]} == codes
    assert bool(launched(answer)) is not bool(codes)


def test_a_pool_that_would_have_failed_is_not_reported_where_a_cheaper_one_had_room(
    template: Any, fleet: Any
) -> None:
    assert fleet(template(P4D), "x2iedn.32xlarge", "p4d.24xlarge", zones="a")["Errors"] == []


def test_a_type_that_a_zone_does_not_offer_is_unsupported_there(template: Any, fleet: Any) -> None:
    answer = fleet(template(), "p5en.48xlarge", zones="b")
    assert failures(answer) == {("Unsupported", "p5en.48xlarge", "us-west-2b")}


def test_interfaces_that_a_type_cannot_carry_fail_for_that_type_only(
    aws: Any, template: Any, fleet: Any
) -> None:
    answer = fleet(template(P4D), "g5.8xlarge", "p4d.24xlarge", zones="a")
    assert failures(answer) == {("InvalidParameterValue", "g5.8xlarge", "us-west-2a")}
    assert [one["instance_type"] for one in aws.instances()] == ["p4d.24xlarge"]


def test_a_missing_security_group_or_image_is_reported_as_ec2_names_it(
    aws: Any, template: Any, fleet: Any
) -> None:
    groups = [{"DeviceIndex": 0, "Groups": ["sg-00000000000000000"]}]
    gone = fleet(template(name="no-group", NetworkInterfaces=groups), "g5.8xlarge", zones="a")
    assert [one["ErrorCode"] for one in gone["Errors"]] == ["InvalidGroup.NotFound"]
    gone = fleet(template(name="no-image", ImageId="ami-00000000000000000"), "g5.8xlarge", zones="a")
    assert [one["ErrorCode"] for one in gone["Errors"]] == ["InvalidAMIID.NotFound"]


def test_a_missing_launch_template_fails_the_whole_call(fleet: Any) -> None:
    with pytest.raises(ClientError, match=r"InvalidLaunchTemplateName\.NotFoundException"):
        fleet("absent", "g5.8xlarge")


def test_a_subnet_without_addresses_is_reported_and_left_as_it_was(
    aws: Any, network: Any, template: Any
) -> None:
    small = aws.ec2.create_subnet(
        VpcId=network.vpc_id, CidrBlock="10.0.254.0/28", AvailabilityZone="us-west-2a"
    )["Subnet"]["SubnetId"]

    def launch(name: str, count: int) -> dict[str, Any]:
        specification = {"LaunchTemplateName": name, "Version": "$Latest"}
        overrides = [{"InstanceType": "p5.48xlarge", "SubnetId": small}]
        answer: dict[str, Any] = aws.ec2.create_fleet(
            Type="instant",
            LaunchTemplateConfigs=[{"LaunchTemplateSpecification": specification, "Overrides": overrides}],
            TargetCapacitySpecification={
                "TotalTargetCapacity": count,
                "DefaultTargetCapacityType": "on-demand",
            },
        )
        return answer

    wide = launch(template([(0, 0, "efa"), *[(card, 1, "efa") for card in range(1, 32)]], name="wide"), 1)
    assert [one["ErrorCode"] for one in wide["Errors"]] == ["InsufficientFreeAddressesInSubnet"]
    narrow = launch(template(), 12)
    assert len(launched(narrow)) == 11
    assert [one["ErrorCode"] for one in narrow["Errors"]] == ["InsufficientFreeAddressesInSubnet"]


def test_one_call_can_launch_many(aws: Any, template: Any, fleet: Any) -> None:
    assert len(launched(fleet(template(P4D), "p4d.24xlarge", count=20))) == 20
    assert len({one["private_ip"] for one in aws.instances()}) == 20


def test_a_dry_run_launches_nothing_and_says_it_would_have(aws: Any, template: Any, fleet: Any) -> None:
    with pytest.raises(ClientError, match="DryRunOperation"):
        fleet(template(), "g5.8xlarge", DryRun=True)
    assert aws.instances() == []
