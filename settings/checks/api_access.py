"""Checks of who reaches the Kubernetes API: not everybody, and whoever deploys.

pulumi-kubernetes gives up on a cluster that it does not reach as soon as it is told of it, so that every Helm
release of an `up` fails after the cluster has been made and is paid for.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from knowledge.fault import Fault as Problem
from knowledge.subnets import PRIVATE_RANGES, cidr_faults
from settings.cluster import ClusterSettings, PrivateAccess
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

SECURITY_GROUP_ID = re.compile(r"sg-[0-9a-f]{8,17}")

DOCUMENTATION_RANGES = tuple(
    IPv4Network(cidr) for cidr in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
)
"""Addresses that nobody has (RFC 5737): a stack file has them where an address of one's own belongs."""


def check_api_access(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Ranges and groups that are none, an endpoint open to all, and a public one that production closes."""
    cluster = reading.cluster
    if not cluster:
        return
    yield from _public_ranges(cluster)
    yield from _private_access(cluster.private_access)
    leads_in = _is_connected(reading, cluster) and _has_rule(cluster.private_access)
    if reading.environment == "prod" and cluster.public_access and leads_in and _is_elsewhere(reading):
        why = "production closes the public endpoint where privateAccess leads to the private one"
        cure = "run: pulumi config set --path cluster.publicAccess false, and remove publicAccessCidrs"
        yield Fault("cluster.publicAccess", "true", why, cure)


def check_way_in(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """An endpoint that whoever deploys cannot reach: fine to plan with, and not to deploy."""
    cluster = reading.cluster
    if not cluster or cluster.public_access or not reading.network or not _is_elsewhere(reading):
        return
    if not _is_connected(reading, cluster):
        yield Fault(
            "cluster.publicAccess",
            "false, and the VPC is made by the same `up`: nobody outside of it would reach the API to go on",
            cure="set it true and your address in publicAccessCidrs; or, once the VPC is connected with "
            "where Pulumi runs, set privateAccess.vpcConnected true and that network in privateAccess.cidrs",
        )
    elif not _has_rule(cluster.private_access):
        yield Fault(
            "cluster.privateAccess",
            "missing, and the endpoint is private: EKS lets in nodes alone",
            cure="name where Pulumi runs in its cidrs or securityGroupIds; or set publicAccess true and your "
            "address in publicAccessCidrs",
        )


def check_placeholders(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Ranges that are still those of a stack file to be filled in: fine to plan with, not to deploy."""
    cluster = reading.cluster
    if not cluster or not _is_elsewhere(reading):
        return
    yield from _placeholders("cluster.publicAccessCidrs", cluster.public_access_cidrs)
    yield from _placeholders("cluster.privateAccess.cidrs", cluster.private_access.cidrs)


def _is_elsewhere(reading: Reading) -> bool:
    """Whether there is a way to find: the sandbox's API server is on this machine, and whoever adopts a
    cluster reaches it."""
    return not reading.sandbox and not reading.adopts


def _is_connected(reading: Reading, cluster: ClusterSettings) -> bool:
    """Whether whoever deploys may be in the VPC, or in a network that leads there."""
    is_given = reading.network is not None and reading.network.existing is not None
    return is_given or cluster.private_access.vpc_connected


def _has_rule(access: PrivateAccess) -> bool:
    return bool(access.cidrs or access.security_group_ids)


def _placeholders(path: str, cidrs: tuple[str, ...]) -> Iterator[Fault]:
    for index, cidr in enumerate(cidrs):
        if not cidr_faults(cidr) and any(
            IPv4Network(cidr).subnet_of(block) for block in DOCUMENTATION_RANGES
        ):
            what = f"{cidr} is a placeholder out of documentation (RFC 5737), and nobody's address"
            cure = (
                "put yours there: curl https://checkip.amazonaws.com prints it; "
                f"run: pulumi config set --path '{path}[{index}]' <address>/32"
            )
            yield Fault(f"{path}[{index}]", what, cure=cure)


def _public_ranges(cluster: ClusterSettings) -> Iterator[Fault]:
    path = "cluster.publicAccessCidrs"
    cidrs = cluster.public_access_cidrs
    if cluster.public_access and not cidrs:
        cure = "list your ranges or set publicAccess false"
        yield Fault(path, "a public endpoint without ranges is open to the whole internet", cure=cure)
    if cidrs and not cluster.public_access:
        yield Fault(path, "not used while publicAccess is false", cure="set publicAccess true or remove them")
    for index, cidr in enumerate(cidrs):
        if cidr in ("0.0.0.0/0", "::/0"):
            yield Fault(f"{path}[{index}]", f"{cidr} is not allowed", cure="list your own ranges instead")
            continue
        faults = cidr_faults(cidr)
        yield from (_range_fault(f"{path}[{index}]", cidr, fault) for fault in faults)
        if not faults and any(IPv4Network(cidr).overlaps(block) for block in PRIVATE_RANGES):
            why = "the public endpoint sees public addresses only"
            yield Fault(f"{path}[{index}]", f"{cidr} is a private range", why, "give your public address")


def _private_access(access: PrivateAccess) -> Iterator[Fault]:
    path = "cluster.privateAccess.cidrs"
    for index, cidr in enumerate(access.cidrs):
        if cidr in access.cidrs[:index]:
            yield Fault(f"{path}[{index}]", f"{cidr} is listed twice")
        elif cidr == "0.0.0.0/0":
            yield Fault(f"{path}[{index}]", f"{cidr} is not allowed", cure="list the ranges that need it")
        else:
            yield from (_range_fault(f"{path}[{index}]", cidr, fault) for fault in cidr_faults(cidr))
    path = "cluster.privateAccess.securityGroupIds"
    for index, group_id in enumerate(access.security_group_ids):
        if group_id in access.security_group_ids[:index]:
            yield Fault(f"{path}[{index}]", f"{group_id} is listed twice")
        elif not SECURITY_GROUP_ID.fullmatch(group_id):
            yield Fault(f"{path}[{index}]", f"{quoted(group_id)} is not sg- plus 8 to 17 hex digits")


def _range_fault(path: str, cidr: str, fault: Problem) -> Fault:
    """One's own address is the commonest entry, and the commonest slip is to leave out its /32."""
    cure = f"did you mean {cidr}/32?" if not cidr_faults(f"{cidr}/32") else fault.cure
    return Fault(path, fault.problem, fault.allowed, cure)
