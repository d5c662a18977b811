"""Capacity reservations, Capacity Blocks and placement groups, and what they do to launches."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError


def reserve(aws: Any, count: int = 1, **more: Any) -> str:
    answer = aws.ec2.create_capacity_reservation(
        InstanceType="p4d.24xlarge",
        InstancePlatform="Linux/UNIX",
        AvailabilityZone="us-west-2a",
        InstanceCount=count,
        InstanceMatchCriteria=more.pop("match", "targeted"),
        **more,
    )
    return str(answer["CapacityReservation"]["CapacityReservationId"])


def into(reservation_id: str) -> dict[str, Any]:
    return {
        "CapacityReservationSpecification": {
            "CapacityReservationPreference": "capacity-reservations-only",
            "CapacityReservationTarget": {"CapacityReservationId": reservation_id},
        }
    }


def available(aws: Any, reservation_id: str) -> int:
    [one] = aws.ec2.describe_capacity_reservations(CapacityReservationIds=[reservation_id])[
        "CapacityReservations"
    ]
    return int(one["AvailableInstanceCount"])


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["ErrorCode"] for one in answer["Errors"]]


def test_a_targeted_reservation_is_used_up_and_freed_again(aws: Any, template: Any, fleet: Any) -> None:
    reservation_id = reserve(aws, count=2)
    name = template(**into(reservation_id))
    assert codes(fleet(name, "p4d.24xlarge", zones="a", count=3)) == ["ReservationCapacityExceeded"]
    assert [one["reservation_id"] for one in aws.instances()] == [reservation_id] * 2
    assert available(aws, reservation_id) == 0
    [described] = aws.ec2.describe_instances()["Reservations"][0]["Instances"]
    assert described["CapacityReservationId"] == reservation_id
    specification = described["CapacityReservationSpecification"]
    assert specification["CapacityReservationPreference"] == "capacity-reservations-only"
    aws.ec2.terminate_instances(InstanceIds=[aws.instances()[0]["instance_id"]])
    assert available(aws, reservation_id) == 1


def test_a_reservation_is_for_one_type_in_one_zone(aws: Any, template: Any, fleet: Any) -> None:
    name = template(**into(reserve(aws)))
    assert codes(fleet(name, "p4d.24xlarge", zones="b")) == ["InvalidParameterValue"]
    assert codes(fleet(name, "p5.48xlarge", zones="a")) == ["InvalidParameterValue"]


def test_an_open_reservation_takes_launches_that_do_not_opt_out(aws: Any, template: Any, fleet: Any) -> None:
    reservation_id = reserve(aws, match="open")
    opted_out = template(
        name="out", CapacityReservationSpecification={"CapacityReservationPreference": "none"}
    )
    fleet(opted_out, "p4d.24xlarge", zones="a")
    assert available(aws, reservation_id) == 1
    assert codes(fleet(template(), "p4d.24xlarge", zones="a", count=2)) == []
    assert available(aws, reservation_id) == 0
    assert [one["reservation_id"] for one in aws.instances()] == [None, reservation_id, None]


def test_reservations_are_changed_cancelled_and_found_by_filters(aws: Any) -> None:
    tags = [{"Key": "owner", "Value": "research"}]
    reservation_id = reserve(aws, TagSpecifications=[{"ResourceType": "capacity-reservation", "Tags": tags}])
    reserve(aws)
    filters = [{"Name": "tag:owner", "Values": ["research"]}, {"Name": "state", "Values": ["active"]}]
    [found] = aws.ec2.describe_capacity_reservations(Filters=filters)["CapacityReservations"]
    assert (found["CapacityReservationId"], found["AvailabilityZoneId"]) == (reservation_id, "usw2-az2")
    aws.ec2.modify_capacity_reservation(CapacityReservationId=reservation_id, InstanceCount=5)
    assert available(aws, reservation_id) == 5
    aws.ec2.create_tags(Resources=[reservation_id], Tags=[{"Key": "owner", "Value": "other"}])
    assert aws.ec2.describe_capacity_reservations(Filters=filters)["CapacityReservations"] == []
    aws.ec2.cancel_capacity_reservation(CapacityReservationId=reservation_id)
    assert available(aws, reservation_id) == 0
    with pytest.raises(ClientError, match=r"InvalidCapacityReservationId\.NotFound"):
        available(aws, "cr-00000000000000000")


def test_a_reservation_that_has_ended_can_be_made_smaller_since_nothing_runs_in_it(aws: Any) -> None:
    until = aws.clock.now + timedelta(hours=1)
    reservation_id = reserve(aws, count=3, EndDateType="limited", EndDate=until)
    aws.clock.advance(hours=2)
    aws.ec2.modify_capacity_reservation(
        CapacityReservationId=reservation_id, InstanceCount=1, EndDateType="unlimited"
    )
    assert available(aws, reservation_id) == 1


def test_a_reservation_cannot_be_made_smaller_than_what_runs_in_it(
    aws: Any, template: Any, fleet: Any
) -> None:
    reservation_id = reserve(aws, count=3)
    fleet(template(**into(reservation_id)), "p4d.24xlarge", zones="a", count=2)
    with pytest.raises(ClientError, match="2 instances run in"):
        aws.ec2.modify_capacity_reservation(CapacityReservationId=reservation_id, InstanceCount=1)
    aws.ec2.modify_capacity_reservation(CapacityReservationId=reservation_id, InstanceCount=2)
    assert available(aws, reservation_id) == 0


def test_a_capacity_block_is_offered_bought_used_and_taken_back_before_its_end(
    aws: Any, template: Any, fleet: Any
) -> None:
    offers = aws.ec2.describe_capacity_block_offerings(
        InstanceType="p5.48xlarge", InstanceCount=2, CapacityDurationHours=24
    )["CapacityBlockOfferings"]
    assert [one["AvailabilityZone"][-1] for one in offers] == ["a", "b", "c", "d"]
    bought = aws.ec2.purchase_capacity_block(
        CapacityBlockOfferingId=offers[0]["CapacityBlockOfferingId"], InstancePlatform="Linux/UNIX"
    )["CapacityReservation"]
    assert (bought["ReservationType"], bought["TotalInstanceCount"]) == ("capacity-block", 2)

    without = template(name="without", **into(bought["CapacityReservationId"]))
    assert codes(fleet(without, "p5.48xlarge", zones="a")) == ["InvalidParameterCombination"]
    market = {"InstanceMarketOptions": {"MarketType": "capacity-block"}}
    name = template(**into(bought["CapacityReservationId"]), **market)
    assert codes(fleet(name, "p5.48xlarge", zones="a", capacity_type="capacity-block")) == []
    [described] = aws.ec2.describe_instances()["Reservations"][0]["Instances"]
    assert described["InstanceLifecycle"] == "capacity-block"

    aws.clock.advance(hours=23, minutes=29)
    assert len(aws.instances()) == 1
    aws.clock.advance(minutes=1)
    assert aws.instances() == []
    aws.clock.advance(minutes=30)
    expired = aws.ec2.describe_capacity_reservations()["CapacityReservations"]
    assert [one["State"] for one in expired] == ["expired"]


def test_placement_groups_are_kept_described_and_refused_deletion_in_use(
    aws: Any, template: Any, fleet: Any
) -> None:
    made = aws.ec2.create_placement_group(
        GroupName="rack",
        Strategy="cluster",
        TagSpecifications=[{"ResourceType": "placement-group", "Tags": [{"Key": "owner", "Value": "me"}]}],
    )["PlacementGroup"]
    with pytest.raises(ClientError, match=r"InvalidPlacementGroup\.Duplicate"):
        aws.ec2.create_placement_group(GroupName="rack", Strategy="spread")
    by_id = aws.ec2.describe_placement_groups(
        GroupIds=[made["GroupId"]], Filters=[{"Name": "state", "Values": ["available"]}]
    )["PlacementGroups"]
    assert [(one["GroupName"], one["Strategy"], one["Tags"]) for one in by_id] == [
        ("rack", "cluster", [{"Key": "owner", "Value": "me"}])
    ]
    with pytest.raises(ClientError, match=r"InvalidPlacementGroup\.Unknown"):
        aws.ec2.describe_placement_groups(GroupNames=["absent"])

    fleet(template(Placement={"GroupId": made["GroupId"]}), "p4d.24xlarge", zones="a")
    with pytest.raises(ClientError, match=r"InvalidPlacementGroup\.InUse"):
        aws.ec2.delete_placement_group(GroupName="rack")
    aws.ec2.terminate_instances(InstanceIds=[aws.instances()[0]["instance_id"]])
    aws.ec2.delete_placement_group(GroupName="rack")
    assert aws.ec2.describe_placement_groups()["PlacementGroups"] == []


def test_a_cluster_placement_group_stays_in_one_zone(aws: Any, template: Any, fleet: Any) -> None:
    aws.ec2.create_placement_group(GroupName="rack", Strategy="cluster")
    name = template(Placement={"GroupName": "rack"})
    fleet(name, "p4d.24xlarge", zones="a")
    assert codes(fleet(name, "p4d.24xlarge", zones="b")) == ["InsufficientInstanceCapacity"]
    assert codes(fleet(name, "t3.micro", zones="a")) == ["InvalidParameterCombination"]


def test_a_spread_placement_group_takes_seven_instances_a_zone(aws: Any, template: Any, fleet: Any) -> None:
    aws.ec2.create_placement_group(GroupName="apart", Strategy="spread")
    answer = fleet(template(Placement={"GroupName": "apart"}), "p4d.24xlarge", zones="a", count=8)
    assert "limit of instances in this spread placement group" in answer["Errors"][0]["ErrorMessage"]
    assert len(aws.instances()) == 7
