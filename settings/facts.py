"""What the checks must know of the AWS account and region, as one small interface.

The program answers it with Pulumi's lookups, the tests with a table; no check ever talks to AWS itself.
Every lookup may cost a call, so an implementation should remember its answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.hardware import InstanceType
from settings.cluster_facts import ExistingClusterFacts
from settings.faults import Fault


@dataclass(frozen=True)
class VpcFacts:
    """A VPC that exists."""

    cidrs: tuple[str, ...]
    """All its IPv4 ranges, the first one and those associated later."""


@dataclass(frozen=True)
class SubnetFacts:
    """A subnet that exists."""

    vpc_id: str
    zone: str
    """Name of its availability zone, such as `us-west-2a`."""
    cidr: str
    """Its IPv4 range."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CapacityBlockFacts:
    """A Capacity Block that the account has bought, be it to come, running or over."""

    instance_type: str
    zone: str
    """Name of its availability zone."""
    state: str
    """As EC2 says: `scheduled`, `active`, `expired`, ... (EC2 API reference, CapacityReservation)."""


class FactsError(Exception):
    """AWS could not be asked: no credentials, no right to ask, no such region, no network. One line."""

    def fault(self, region: str | None) -> Fault:
        """The line for the report."""
        cure = "check the region, your credentials and what they may do"
        return Fault("aws:region", f"AWS in {region} cannot be asked: {self}", cure=cure)


class AwsFacts(ExistingClusterFacts, Protocol):
    """Facts of one account in one region. None or empty: no such thing; FactsError: not to be known."""

    @property
    def region(self) -> str:
        """Region that every answer is about, such as `us-west-2`."""
        ...

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""
        ...

    @property
    def deployer_arn(self) -> str:
        """In IAM, of whose credentials are used: a user, or the role behind a session, with its path."""
        ...

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        ...

    def zones(self) -> Mapping[str, str]:
        """Zone ids by name (`us-west-2a: usw2-az1`) of the zones the account may use; no local zones."""
        ...

    def instance_type(self, name: str) -> InstanceType | None:
        """The instance type, None where the region has none of that name."""
        ...

    def offered_zones(self, name: str) -> tuple[str, ...]:
        """Names of the zones that offer the instance type."""
        ...

    def instance_type_names(self) -> tuple[str, ...]:
        """Every instance type of the region; asked for only to suggest a name like a misspelt one."""
        ...

    def efa_instance_type_names(self) -> tuple[str, ...]:
        """Every instance type of the region with EFA; asked for only to suggest one."""
        ...

    def vpc(self, vpc_id: str) -> VpcFacts | None:
        """The VPC, asked for only where there is a `network.existing`."""
        ...

    def subnet(self, subnet_id: str) -> SubnetFacts | None:
        """The subnet, asked for only where `network.existing` names it."""
        ...

    def has_key_pair(self, name: str) -> bool:
        """Whether there is a key pair of that name, asked for only where a node group names one."""
        ...

    def capacity_block(self, reservation_id: str) -> CapacityBlockFacts | None:
        """The Capacity Block, asked for only where something buys one; None for other reservations."""
        ...

    def default_volume_key(self) -> str | None:
        """ARN or alias of the KMS key of volumes that name none; None where that may not be asked."""
        ...


FactsFactory = Callable[[], AwsFacts]
"""Makes the facts when the first check needs one; never called for a stack that is refused before."""
