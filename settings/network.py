"""`network`: the VPC that the program makes, or the one it is given."""

from typing import Literal

from pydantic import Field

from settings.base import Branch

VPC_ID = r"^vpc-[0-9a-f]{8,17}$"


class ExistingNetwork(Branch):
    """A VPC that somebody else made. Nothing in it is changed."""

    vpc_id: str = Field(pattern=VPC_ID, examples=["vpc-0123456789abcdef0"])
    """Id of the VPC."""
    private_subnet_ids: dict[str, str] = Field(
        min_length=2, examples=[{"us-west-2a": "subnet-0123456789abcdef0"}]
    )
    """Private subnet by availability zone name, two zones or more: `{us-west-2a: subnet-0123...}`."""


class NetworkSettings(Branch):
    """The VPC, its subnets and the way out."""

    cidr: str = "10.0.0.0/16"
    """IPv4 range of the VPC, /16 to /20. Every EFA pod takes an address of it."""
    zones: tuple[str, ...] = ()
    """Availability zones by name, two or more. Empty: the first `zoneCount` zones of the region, by name."""
    zone_count: int = Field(default=2, ge=2, le=6)
    """How many zones to use where `zones` is empty."""
    private_subnet_bits: int = Field(default=19, ge=17, le=27)
    """Prefix length of each private subnet. /19 is 8,187 addresses: 80 p5 nodes with 100 pods each."""
    public_subnet_bits: int = Field(default=24, ge=20, le=28)
    """Prefix length of each public subnet; they hold NAT gateways and load balancers only."""
    nat_gateways: Literal["one", "one-per-zone"] = "one"
    """`one` costs least and fails with its zone; `one-per-zone` for production."""
    interface_endpoints: tuple[str, ...] = ("ec2", "ecr.api", "ecr.dkr", "eks", "sqs", "ssm", "sts")
    """AWS services reached by interface endpoint inside the VPC, each for a price by the hour and zone. S3
    always has its free gateway endpoint. `eks-auth` is not among them: the credentials of the VPC CNI,
    Karpenter and the storage driver (Pod Identity) come by the NAT gateway, so with `natGateways: one` they
    hang on its zone; add it where that matters."""
    flow_log_retention_days: int = 30
    """How long VPC flow logs are kept, in days; one of the values CloudWatch Logs accepts."""
    existing: ExistingNetwork | None = None
    """Use this VPC instead of making one. Every other field but `zones` is then unused."""
