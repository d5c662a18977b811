import pytest

from knowledge.vpc_endpoints import gateway_service, interface_service
from settings.network import NetworkSettings

IN_CHINA = {
    "ec2": "cn.com.amazonaws.cn-north-1.ec2",
    "ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api",
    "ecr.dkr": "cn.com.amazonaws.cn-north-1.ecr.dkr",
    "eks": "cn.com.amazonaws.cn-north-1.eks",
    "sqs": "cn.com.amazonaws.cn-north-1.sqs",
    "ssm": "com.amazonaws.cn-north-1.ssm",
    "sts": "cn.com.amazonaws.cn-north-1.sts",
}
"""The names that AWS lists, for every endpoint that a stack has by default."""


@pytest.mark.parametrize("service", NetworkSettings().interface_endpoints)
def test_in_china_most_services_have_a_prefix_of_their_own(service: str) -> None:
    assert interface_service("aws-cn", "cn-north-1", service) == IN_CHINA[service]


@pytest.mark.parametrize(("partition", "region"), [("aws", "us-west-2"), ("aws-us-gov", "us-gov-west-1")])
def test_elsewhere_no_service_has(partition: str, region: str) -> None:
    assert interface_service(partition, region, "ecr.api") == f"com.amazonaws.{region}.ecr.api"


def test_the_gateway_of_s3_is_named_alike_everywhere() -> None:
    assert gateway_service("cn-north-1", "s3") == "com.amazonaws.cn-north-1.s3"
    assert interface_service("aws-cn", "cn-north-1", "s3") == "cn.com.amazonaws.cn-north-1.s3"
