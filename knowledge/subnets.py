"""Subnets of the VPC: which ranges they take and how many EFA nodes fit in one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import chain

from knowledge.efa_interfaces import InterfacePlan
from knowledge.fault import Fault, quoted

VPC_PREFIX_BITS = range(16, 29)
"""Prefix lengths AWS allows for a VPC's range and for a subnet's (VPC user guide, vpc-cidr-blocks,
subnet-sizing)."""

ADDRESSES_KEPT_BY_AWS = 5
"""Addresses of each subnet that nobody gets: the first four and the last (VPC user guide, subnet-sizing)."""

PRIVATE_RANGES = tuple(
    IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""RFC 1918 and, for pods, RFC 6598: what the inside of a VPC should be numbered with."""

SERVICE_RANGES = PRIVATE_RANGES[:3]
"""Where Service addresses may come from (EKS API reference, KubernetesNetworkConfigRequest)."""

USUAL_SERVICE_RANGES = (IPv4Network("172.20.0.0/16"), IPv4Network("10.100.0.0/16"))
"""EKS takes one of these where nobody names one (EKS API reference, KubernetesNetworkConfigRequest)."""


@dataclass(frozen=True)
class PlannedSubnet:
    """One subnet to make."""

    zone: str
    cidr: str


@dataclass(frozen=True)
class SubnetPlan:
    """A private and a public subnet for each zone, in the order of the zones."""

    private: tuple[PlannedSubnet, ...]
    public: tuple[PlannedSubnet, ...]


def plan_subnets(
    vpc_cidr: str, zones: Sequence[str], private_bits: int, public_bits: int
) -> SubnetPlan | tuple[Fault, ...]:
    """Divide the VPC, or say why it cannot be divided so.

    Private subnets are numbered from the bottom of the VPC up, public ones from the top down. So a zone added
    at the end of `zones` moves no range of the others: a subnet whose range changes is replaced with all that
    is in it.
    """
    faults = vpc_cidr_faults(vpc_cidr)
    if faults:
        return faults
    vpc = IPv4Network(vpc_cidr)
    for bits in (private_bits, public_bits):
        if not max(vpc.prefixlen, VPC_PREFIX_BITS.start) <= bits < VPC_PREFIX_BITS.stop:
            return (Fault(f"/{bits} is no prefix of a subnet of {vpc}", f"/{vpc.prefixlen} to /28 are"),)
    wanted = len(zones) * (2 ** (32 - private_bits) + 2 ** (32 - public_bits))
    if wanted > vpc.num_addresses:
        return (
            Fault(
                f"{len(zones)} private subnets of /{private_bits} and as many public ones of /{public_bits} "
                f"do not fit in {vpc}",
                f"it has {vpc.num_addresses} addresses and they take {wanted}",
                "use longer prefixes, fewer zones or a larger VPC",
            ),
        )
    return SubnetPlan(
        private=tuple(PlannedSubnet(zone, str(_nth(vpc, private_bits, n))) for n, zone in enumerate(zones)),
        public=tuple(
            PlannedSubnet(zone, str(_nth(vpc, public_bits, -n - 1))) for n, zone in enumerate(zones)
        ),
    )


def _nth(vpc: IPv4Network, bits: int, position: int) -> IPv4Network:
    """The subnet of `bits` at this position; negative positions count from the top."""
    size = 2 ** (32 - bits)
    start = int(vpc.network_address) + position * size + (vpc.num_addresses if position < 0 else 0)
    return IPv4Network((start, bits))


def cidr_faults(cidr: str) -> tuple[Fault, ...]:
    """What keeps the text from being an IPv4 range."""
    try:
        IPv4Network(cidr)
    except ValueError:
        try:
            meant = IPv4Network(cidr, strict=False)
        except ValueError:
            return (Fault(f"{quoted(cidr)} is not an IPv4 range", cure="write it as 10.0.0.0/16"),)
        return (Fault(f"{cidr} has host bits set", cure=f"did you mean {meant}?"),)
    if "/" not in cidr:
        return (Fault(f'"{cidr}" has no prefix length', cure="write it as 10.0.0.0/16"),)
    return ()


def vpc_cidr_faults(cidr: str) -> tuple[Fault, ...]:
    """What keeps the text from being the range of a VPC."""
    faults = cidr_faults(cidr)
    if faults:
        return faults
    network = IPv4Network(cidr)
    if network.prefixlen not in VPC_PREFIX_BITS:
        return (Fault(f"{cidr} is not a size a VPC can have", "/16 to /28 are"),)
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        allowed = ", ".join(str(private) for private in PRIVATE_RANGES)
        return (Fault(f"{cidr} is a public range", f"{allowed} are private"),)
    return ()


def overlap(first: str, second: str) -> bool:
    """Whether two ranges, both valid, have an address in common."""
    return IPv4Network(first).overlaps(IPv4Network(second))


def free_range(taken: Iterable[str], within: Iterable[IPv4Network]) -> IPv4Network | None:
    """A /16 that has no address in common with any range of `taken`: one of those that EKS itself takes, or
    else the first of `within`. None where there is none."""
    used = [IPv4Network(cidr) for cidr in taken if not cidr_faults(cidr)]
    candidates = chain(USUAL_SERVICE_RANGES, *(block.subnets(new_prefix=16) for block in within))
    return next((each for each in candidates if not any(each.overlaps(other) for other in used)), None)


def usable_addresses(prefix_bits: int) -> int:
    """Addresses of a subnet that instances and pods can have."""
    return max(0, int(2 ** (32 - prefix_bits)) - ADDRESSES_KEPT_BY_AWS)


def addresses_per_node(plan: InterfacePlan, pods: int) -> int:
    """Subnet addresses that one node takes: one for each interface that has any, one for each pod.

    A lower bound: the VPC CNI also holds some addresses warm for pods to come.
    """
    return sum(interface.has_address for interface in plan) + pods


def capacity_faults(prefix_bits: int, nodes: int, per_node: int) -> tuple[Fault, ...]:
    """A fault where so many nodes, each taking `per_node` addresses, are too many for one subnet of that
    prefix."""
    needed = nodes * per_node
    if needed <= usable_addresses(prefix_bits):
        return ()
    fitting = [bits for bits in VPC_PREFIX_BITS if usable_addresses(bits) >= needed]
    return (
        Fault(
            f"/{prefix_bits} gives {usable_addresses(prefix_bits)} addresses; "
            f"{nodes} nodes of {per_node} addresses need at least {needed}",
            cure=f"use /{max(fitting)} or shorter" if fitting else "no subnet is that large; use fewer nodes",
        ),
    )
