"""Requests and answers in EC2's own protocol, against botocore's serializer and parser."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import StructureShape
from botocore.parsers import EC2QueryParser
from botocore.serialize import EC2Serializer
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.ec2_query import parse_form
from sandbox.aws.ec2_xml import render_answer, render_error

MODEL = get_session().get_service_model("ec2")

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateFleet": {
        "Type": "instant",
        "LaunchTemplateConfigs": [
            {
                "LaunchTemplateSpecification": {"LaunchTemplateName": "nodes", "Version": "$Latest"},
                "Overrides": [{"InstanceType": "p5.48xlarge", "Priority": 55.5}, {"SubnetId": "subnet-1"}],
            }
        ],
        "TargetCapacitySpecification": {"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "spot"},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a.b/c", "Value": "d=e&f"}]}],
    },
    "RunInstances": {
        "MinCount": 1,
        "MaxCount": 1,
        "DryRun": True,
        "NetworkInterfaces": [
            {
                "DeviceIndex": 0,
                "NetworkCardIndex": 3,
                "Groups": ["sg-1", "sg-2"],
                "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.9", "Primary": True}],
            }
        ],
        "SecurityGroupIds": ["sg-1"],
    },
    "DescribeInstances": {"Filters": [{"Name": "tag:a", "Values": ["x", "y"]}], "InstanceIds": ["i-1"]},
    "CreateCapacityReservation": {
        "InstanceType": "p4d.24xlarge",
        "InstancePlatform": "Linux/UNIX",
        "InstanceCount": 2,
        "EndDate": datetime(2027, 1, 1, tzinfo=UTC),
    },
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_request_is_read_as_it_was_passed_to_boto3(operation: str) -> None:
    model = MODEL.operation_model(operation)
    form = EC2Serializer().serialize_to_request(REQUESTS[operation], model)["body"]
    shape = model.input_shape
    assert isinstance(shape, StructureShape)
    assert parse_form([(key, str(value)) for key, value in form.items()], shape) == REQUESTS[operation]


def test_entries_that_do_not_belong_are_dropped() -> None:
    shape = MODEL.operation_model("DescribeVpcs").input_shape
    assert isinstance(shape, StructureShape)
    form = [("Action", "DescribeVpcs"), ("VpcId.1", "vpc-1"), ("Filter", "x"), ("Nonsense.1.Name", "y")]
    assert parse_form(form, shape) == {"VpcIds": ["vpc-1"], "Filters": []}


@given(
    instances=st.lists(
        st.fixed_dictionaries(
            {
                "InstanceId": st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1).map(
                    str.strip
                ),
                "EbsOptimized": st.booleans(),
                "AmiLaunchIndex": st.integers(0, 1000),
                "LaunchTime": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
                    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
                ),
            }
        )
    )
)
def test_an_answer_is_read_by_boto3_as_it_was_given(instances: list[dict[str, Any]]) -> None:
    shape = MODEL.operation_model("DescribeInstances").output_shape
    assert isinstance(shape, StructureShape)
    answer = {"Reservations": [{"ReservationId": "r-1", "Instances": instances}]}
    body = render_answer("DescribeInstances", shape, answer)
    read = EC2QueryParser().parse({"body": body, "headers": {}, "status_code": 200}, shape)
    assert read["Reservations"][0].get("Instances", []) == instances


def test_an_error_is_read_by_boto3_with_its_code_and_message() -> None:
    body = render_error("InvalidParameterValue", "a < b & c")
    shape = MODEL.operation_model("DescribeVpcs").output_shape
    assert shape is not None
    read = EC2QueryParser().parse({"body": body, "headers": {}, "status_code": 400}, shape)
    assert read["Error"] == {"Code": "InvalidParameterValue", "Message": "a < b & c"}
