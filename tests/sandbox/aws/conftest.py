"""An emulated AWS on a port of the system's choice, and a clock that stands still until it is moved."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

from sandbox.aws.server import Server
from sandbox.aws.world import World

REGION = "us-west-2"

SESSION = boto3.session.Session()
"""One for all tests: it keeps the services' models, which take longer to read than most tests to run."""


@dataclass
class FakeClock:
    now: datetime = datetime(2026, 11, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Aws:
    """The emulated AWS of one test."""

    endpoint: str
    clock: FakeClock
    credentials: dict[str, str] = field(
        default_factory=lambda: {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
    )
    _clients: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, service: str) -> Any:
        """A boto3 client: `aws.ec2`, `aws.eks`. No retries: a fault is seen by the call it is meant for."""
        if service not in self._clients:
            # The name is not known to the type checker, whose overloads want a literal.
            new_client: Any = SESSION.client
            self._clients[service] = new_client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                **self.credentials,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    def assuming(self, role_arn: str) -> "Aws":
        """The same AWS, asked in a session of a role."""
        given = self.sts.assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        session = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        return Aws(self.endpoint, self.clock, session)

    def control(self, method: str, name: str, document: Any = None) -> Any:
        """One of the sandbox's own calls."""
        body = None if document is None else json.dumps(document).encode()
        with urlopen(Request(f"{self.endpoint}/_sandbox/{name}", data=body, method=method)) as response:
            return json.loads(response.read())

    def instances(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", "instances")
        return found


@dataclass
class Network:
    """A VPC with one subnet in each of three zones and a security group."""

    vpc_id: str
    subnets: dict[str, str]
    group_id: str


@pytest.fixture
def aws() -> Iterator[Aws]:
    clock = FakeClock()
    server = Server(World(REGION, clock))
    server.start()
    try:
        yield Aws(server.endpoint, clock)
    finally:
        server.stop()


@pytest.fixture
def network(aws: Aws) -> Network:
    vpc_id = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = {}
    for index, zone in enumerate("abc"):
        name = f"{REGION}{zone}"
        subnet = aws.ec2.create_subnet(
            VpcId=vpc_id, CidrBlock=f"10.0.{index * 64}.0/18", AvailabilityZone=name
        )
        subnets[name] = subnet["Subnet"]["SubnetId"]
    group = aws.ec2.create_security_group(GroupName="efa", Description="nodes", VpcId=vpc_id)
    return Network(vpc_id, subnets, group["GroupId"])


@pytest.fixture
def image(aws: Aws) -> str:
    name = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
    return str(aws.ssm.get_parameter(Name=name)["Parameter"]["Value"])


@pytest.fixture
def template(aws: Aws, network: Network, image: str) -> Callable[..., str]:
    """Makes a launch template and returns its name. Interfaces are (card, device, type)."""

    def make(interfaces: list[tuple[int, int, str]] | None = None, name: str = "nodes", **more: Any) -> str:
        listed = [
            {
                "NetworkCardIndex": card,
                "DeviceIndex": device,
                "InterfaceType": kind,
                "Groups": [network.group_id],
            }
            for card, device, kind in interfaces or [(0, 0, "interface")]
        ]
        data = {"ImageId": image, "NetworkInterfaces": listed, **more}
        aws.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        return name

    return make


@pytest.fixture
def fleet(aws: Aws, network: Network) -> Callable[..., dict[str, Any]]:
    """Calls CreateFleet as Karpenter does: types crossed with zones, from one launch template."""

    def create(
        name: str,
        *types: str,
        zones: str = "abc",
        count: int = 1,
        capacity_type: str = "on-demand",
        **more: Any,
    ) -> dict[str, Any]:
        overrides = [
            {
                "InstanceType": kind,
                "SubnetId": network.subnets[REGION + zone],
                "AvailabilityZone": REGION + zone,
            }
            for kind in types
            for zone in zones
        ]
        answer: dict[str, Any] = aws.ec2.create_fleet(
            Type="instant",
            LaunchTemplateConfigs=[
                {
                    "LaunchTemplateSpecification": {"LaunchTemplateName": name, "Version": "$Latest"},
                    "Overrides": overrides,
                }
            ],
            TargetCapacitySpecification={
                "TotalTargetCapacity": count,
                "DefaultTargetCapacityType": capacity_type,
            },
            **more,
        )
        return answer

    return create


@pytest.fixture
def role(aws: Aws) -> Callable[[str], str]:
    """Makes an IAM role and returns its ARN; one for nodes brings the rights of the VPC CNI."""

    def make(name: str) -> str:
        made = aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
        if name == "node":
            policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
            aws.iam.attach_role_policy(RoleName=name, PolicyArn=policy)
        return str(made["Arn"])

    return make


@pytest.fixture
def cluster(aws: Aws, network: Network, role: Callable[[str], str]) -> str:
    """An EKS cluster in API mode; returns its name."""
    aws.eks.create_cluster(
        name="train",
        roleArn=role("control-plane"),
        version="1.35",
        resourcesVpcConfig={"subnetIds": list(network.subnets.values())},
        accessConfig={"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
    )
    return "train"
