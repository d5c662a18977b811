"""Facts of the AWS account, looked up by Pulumi while the program runs and before it registers anything.

The lookups are plain function calls and not outputs: how many interfaces, subnets and node groups there are
must be known in the first preview, when no resource exists yet. One that AWS does not answer, for want of
credentials, rights or a network, is a FactsError.
"""

from functools import cached_property

import pulumi_aws as aws

from components.aws_cluster_facts import PulumiClusterFacts
from components.aws_lookups import ask, unless_absent
from knowledge.hardware import InstanceType
from settings.facts import CapacityBlockFacts, FactsError, SubnetFacts, VpcFacts


class PulumiAwsFacts(PulumiClusterFacts):
    """`settings.facts.AwsFacts`, and the versions and images that EKS publishes."""

    def __init__(self) -> None:
        """Ask nothing yet: a stack that is refused by its settings alone needs no account."""
        super().__init__()
        self._types: dict[str, InstanceType | None] = {}
        self._offers: dict[str, tuple[str, ...]] = {}

    @cached_property
    def region(self) -> str:
        """Region of the stack's AWS provider."""
        return ask(aws.get_region).region

    @property
    def account_id(self) -> str:
        """The twelve digits of the account whose credentials are used."""
        return self._caller.account_id

    @cached_property
    def deployer_arn(self) -> str:
        """In IAM, of whose credentials are used; a session does not tell its role's path, so IAM is asked."""
        arn = self._caller.arn
        if ":assumed-role/" not in arn:
            return arn
        return ask(lambda: aws.iam.get_session_context(arn=arn)).issuer_arn

    @cached_property
    def _caller(self) -> aws.GetCallerIdentityResult:
        return ask(aws.get_caller_identity)

    @cached_property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        return ask(aws.get_partition).partition

    def zones(self) -> dict[str, str]:
        """Zone ids by zone name; local and wavelength zones are of other types."""
        return self._zones

    @cached_property
    def _zones(self) -> dict[str, str]:
        by_type = aws.GetAvailabilityZonesFilterArgs(name="zone-type", values=["availability-zone"])
        zones = ask(lambda: aws.get_availability_zones(state="available", filters=[by_type]))
        return dict(zip(zones.names, zones.zone_ids, strict=True))

    def instance_type(self, name: str) -> InstanceType | None:
        """The instance type; None where no zone of the region offers it."""
        if name not in self._types:
            known = self.offered_zones(name)
            lookup = ask(lambda: aws.ec2.get_instance_type(instance_type=name)) if known else None
            self._types[name] = InstanceType.from_lookup(vars(lookup)) if lookup else None
        return self._types[name]

    def offered_zones(self, name: str) -> tuple[str, ...]:
        """Names of the zones that offer the type; an unknown type is offered nowhere."""
        if name not in self._offers:
            by_name = aws.ec2.GetInstanceTypeOfferingsFilterArgs(
                name="instance-type", values=[_literal(name)]
            )
            offerings = ask(
                lambda: aws.ec2.get_instance_type_offerings(
                    location_type="availability-zone", filters=[by_name]
                )
            )
            self._offers[name] = tuple(sorted(offerings.locations))
        return self._offers[name]

    def instance_type_names(self) -> tuple[str, ...]:
        """Every type of the region; slow, so asked for only to suggest one."""
        return tuple(ask(aws.ec2.get_instance_types).instance_types)

    def efa_instance_type_names(self) -> tuple[str, ...]:
        """Every type of the region with EFA."""
        with_efa = aws.ec2.GetInstanceTypesFilterArgs(name="network-info.efa-supported", values=["true"])
        return tuple(ask(lambda: aws.ec2.get_instance_types(filters=[with_efa])).instance_types)

    def vpc(self, vpc_id: str) -> VpcFacts | None:
        """The VPC, or None."""
        vpc = unless_absent(lambda: aws.ec2.get_vpc(id=vpc_id))
        if vpc is None:
            return None
        further = (association.cidr_block for association in vpc.cidr_block_associations)
        return VpcFacts(cidrs=tuple(dict.fromkeys([vpc.cidr_block, *further])))

    def subnet(self, subnet_id: str) -> SubnetFacts | None:
        """The subnet, or None."""
        subnet = unless_absent(lambda: aws.ec2.get_subnet(id=subnet_id))
        if subnet is None:
            return None
        return SubnetFacts(
            vpc_id=subnet.vpc_id, zone=subnet.availability_zone, cidr=subnet.cidr_block, tags=subnet.tags
        )

    def has_key_pair(self, name: str) -> bool:
        """Whether the region has a key pair of that name."""
        return unless_absent(lambda: aws.ec2.get_key_pair(key_name=name)) is not None

    def capacity_block(self, reservation_id: str) -> CapacityBlockFacts | None:
        """The Capacity Block, or None, which says nothing of on-demand capacity reservations."""
        block = unless_absent(lambda: aws.ec2.get_capacity_block_reservation(id=reservation_id))
        if block is None:
            return None
        return CapacityBlockFacts(
            instance_type=block.instance_type, zone=block.availability_zone, state=block.state
        )

    def default_volume_key(self) -> str | None:
        """ARN or alias of the KMS key of volumes that name none. Only a warning hangs on it, so whoever may
        not ask goes without."""
        try:
            return ask(aws.ebs.get_default_kms_key).key_arn
        except FactsError:
            return None

    def parameter(self, name: str) -> str | None:
        """Value of a public parameter of Systems Manager, or None."""
        parameter = unless_absent(lambda: aws.ssm.get_parameter(name=name))
        return parameter.value if parameter else None

    def default_addon_version(self, addon_name: str, kubernetes_version: str) -> str | None:
        """The version EKS installs for the Kubernetes version where none is named; None for no such addon."""
        found = unless_absent(
            lambda: aws.eks.get_addon_version(addon_name=addon_name, kubernetes_version=kubernetes_version)
        )
        return found.version if found else None


def _literal(name: str) -> str:
    """Take their meaning from the wildcards of an EC2 filter (EC2 user guide, Using_Filtering)."""
    return name.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
