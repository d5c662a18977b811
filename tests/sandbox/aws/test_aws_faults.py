"""Faults on order, the record of calls, and the answers to calls that nobody emulates."""

import json
from typing import Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError


def refusal(aws: Any, method: str, name: str, document: Any = None) -> str:
    with pytest.raises(HTTPError) as caught:
        aws.control(method, name, document)
    assert caught.value.code in (400, 404)
    return str(json.loads(caught.value.read())["error"])


def test_a_call_is_throttled_as_often_as_ordered(aws: Any) -> None:
    aws.control("PUT", "faults", {"throttle": [{"operation": "DescribeVpcs", "remaining": 2}]})
    for _ in range(2):
        with pytest.raises(ClientError, match="RequestLimitExceeded") as caught:
            aws.ec2.describe_vpcs()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    aws.ec2.describe_vpcs()
    assert aws.control("GET", "faults")["throttle"] == [{"operation": "DescribeVpcs", "remaining": 0}]


@pytest.mark.parametrize(
    ("service", "call", "operation"),
    [
        ("eks", "list_clusters", "ListClusters"),
        ("iam", "list_roles", "ListRoles"),
        ("sqs", "list_queues", "ListQueues"),
        ("ec2", "describe_vpcs", "DescribeVpcs"),
    ],
)
def test_a_server_error_reaches_the_client_in_every_protocol(
    aws: Any, service: str, call: str, operation: str
) -> None:
    aws.control("PUT", "faults", {"errors": [{"operation": operation, "status": 500, "remaining": 1}]})
    client = getattr(aws, service)
    with pytest.raises(ClientError, match=r"Internal.*ordered from the sandbox") as caught:
        getattr(client, call)()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    getattr(client, call)()


def test_a_throttled_eks_call_is_a_throttling_exception(aws: Any) -> None:
    aws.control("PUT", "faults", {"throttle": [{"operation": "ListClusters", "remaining": 1}]})
    with pytest.raises(ClientError, match="ThrottlingException"):
        aws.eks.list_clusters()


def test_new_faults_take_the_place_of_old_ones_and_deleting_clears_all(aws: Any) -> None:
    aws.control("PUT", "faults", {"boot_delay_seconds": 5, "insufficient_capacity": [{"zone": "us-west-2a"}]})
    aws.control("PUT", "faults", {"boot_delay_seconds": 7})
    assert aws.control("GET", "faults") == {
        "insufficient_capacity": [],
        "refused_launches": [],
        "throttle": [],
        "errors": [],
        "boot_delay_seconds": 7.0,
    }
    assert aws.control("DELETE", "faults")["boot_delay_seconds"] == 0


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"weather": "bad"}, "weather: not a kind of fault; allowed are"),
        ({"insufficient_capacity": [{"capacity_type": "free"}]}, "'free' is no capacity type; allowed: "),
        ({"refused_launches": [{"kind": "mood"}]}, "'mood' is no kind; allowed: vcpu-limit, "),
        ({"refused_launches": [{}]}, "'' is no kind; allowed: vcpu-limit, "),
        ({"throttle": [{"operation": "X"}]}, "remaining"),
        ({"throttle": [{"operation": "X", "remaining": "many"}]}, "'many' is no whole number"),
        ({"errors": [{"operation": "X", "remaining": 1, "status": "bad"}]}, "'bad' is no whole number"),
        ([], "expected a JSON object"),
    ],
)
def test_a_wrong_fault_is_refused_in_one_line_and_changes_nothing(
    aws: Any, document: Any, reason: str
) -> None:
    aws.control("PUT", "faults", {"boot_delay_seconds": 5})
    assert reason in refusal(aws, "PUT", "faults", document)
    assert aws.control("GET", "faults")["boot_delay_seconds"] == 5


def test_calls_are_counted_kept_with_parameters_and_forgotten_on_request(aws: Any) -> None:
    aws.ec2.describe_vpcs(VpcIds=["vpc-1"][:0])
    aws.eks.list_clusters()
    with pytest.raises(ClientError):
        aws.eks.describe_cluster(name="absent")
    calls = aws.control("GET", "calls")
    assert calls["counts"] == {"ec2:DescribeVpcs": 1, "eks:DescribeCluster": 1, "eks:ListClusters": 1}
    assert [(one["operation"], one["status"]) for one in calls["last"]][-1] == ("DescribeCluster", 404)
    assert calls["last"][0]["parameters"]["Action"] == "DescribeVpcs"
    aws.control("DELETE", "calls")
    assert aws.control("GET", "calls") == {"counts": {}, "last": []}


def test_an_unknown_sandbox_call_lists_those_there_are(aws: Any) -> None:
    assert "GET /_sandbox/instances" in refusal(aws, "GET", "nothing")
    assert "name is missing" in refusal(aws, "PUT", "cluster", {})
    assert "no pending or running instance" in refusal(aws, "POST", "interrupt", {"instance_id": "i-1"})
    assert aws.control("GET", "health") == {"status": "ok", "region": "us-west-2", "account": "123456789012"}


def test_a_call_for_another_region_is_refused_with_both_regions_named(aws: Any) -> None:
    elsewhere = boto3.client(
        "ec2",
        endpoint_url=aws.endpoint,
        region_name="eu-west-1",
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",
    )
    with pytest.raises(ClientError, match=r"is region us-west-2; the call is signed for eu-west-1"):
        elsewhere.describe_vpcs()


def test_a_call_that_nobody_emulates_says_where_to_add_it(aws: Any) -> None:
    for call in (aws.eks.list_insights, aws.ec2.describe_fpga_images):
        with pytest.raises(
            ClientError, match=r"UnsupportedOperation.*not emulated; sandbox/aws is where to add it"
        ):
            call(**({"clusterName": "train"} if call == aws.eks.list_insights else {}))
