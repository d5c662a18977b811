"""The emulated account as the stranger's script sees it: clients, and things found again by their name."""

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.environment import ACCESS_KEY

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.literals import ResourceTypeType
    from types_boto3_ec2.type_defs import FilterTypeDef, TagSpecificationTypeDef
    from types_boto3_eks import EKSClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_iam import IAMClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_sqs import SQSClient

TAGS = {"team": "web"}
"""What the stranger puts on everything."""

_CONFIG = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 3})


class Account:
    """Clients of one emulated AWS, made on first use. Raises botocore's errors where it does not answer."""

    def __init__(self, endpoint: str, region: str) -> None:
        """Ask nothing yet."""
        self.region = region
        self._endpoint = endpoint
        # Spelt out, so that no environment and no file can lead to an account that exists.
        self._session = boto3.Session(ACCESS_KEY, ACCESS_KEY, region_name=region)

    @cached_property
    def ec2(self) -> "EC2Client":
        """EC2 and VPC."""
        return self._session.client("ec2", endpoint_url=self._endpoint, config=_CONFIG)

    @cached_property
    def eks(self) -> "EKSClient":
        """EKS."""
        return self._session.client("eks", endpoint_url=self._endpoint, config=_CONFIG)

    @cached_property
    def iam(self) -> "IAMClient":
        """IAM."""
        return self._session.client("iam", endpoint_url=self._endpoint, config=_CONFIG)

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        return self._session.client("sqs", endpoint_url=self._endpoint, config=_CONFIG)

    @cached_property
    def events(self) -> "EventBridgeClient":
        """EventBridge."""
        return self._session.client("events", endpoint_url=self._endpoint, config=_CONFIG)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """CloudWatch Logs."""
        return self._session.client("logs", endpoint_url=self._endpoint, config=_CONFIG)

    def find(self, name: str) -> str | None:
        """Id of the EC2 resource that has this name as its tag `Name`; the stranger gives no name twice."""
        filters = [where("key", "Name"), where("value", name)]
        tags = self.ec2.describe_tags(Filters=filters)["Tags"]
        return tags[0]["ResourceId"] if tags else None


def where(name: str, *values: str) -> "FilterTypeDef":
    """One filter of a describe call."""
    return {"Name": name, "Values": list(values)}


def tagged(kind: "ResourceTypeType", name: str, **more: str) -> list["TagSpecificationTypeDef"]:
    """TagSpecifications for a new EC2 resource. They come with its creation, so nothing is ever without."""
    tags = {"Name": name, **TAGS, **more}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": tags[key]} for key in tags]}]


def is_absent(error: ClientError) -> bool:
    """Whether IAM or EKS says that there is no such thing."""
    return error.response["Error"]["Code"] in ("NoSuchEntity", "ResourceNotFoundException")
