"""Checks of `network`: ranges that fit, zones that exist, and the rules of production."""

import re
from collections.abc import Iterator

from knowledge.subnets import SERVICE_RANGES, cidr_faults, free_range, overlap, plan_subnets, vpc_cidr_faults
from settings.checks.hardware import zone_fault
from settings.checks.retention import retention_fault
from settings.faults import Fault
from settings.network import ExistingNetwork, NetworkSettings
from settings.placement import ZONES_WITHOUT_EKS
from settings.places import render
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed

SUBNET_ID = re.compile(r"^subnet-[0-9a-f]{8,17}$")
ENDPOINT_SERVICE = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")
MOST_ZONES = 6
"""No region has more zones than us-east-1, which has six."""


def check_network(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the network branch."""
    network = reading.network
    if not network:
        return
    yield from _zones(network, account)
    if network.existing:
        yield from _existing(network, network.existing, account)
    elif not reading.adopts:
        yield from _ranges(network, account)
        yield from _upkeep(network, production=reading.environment == "prod")
    yield from _service_range(reading, network, account)


def _zones(network: NetworkSettings, account: Account | None) -> Iterator[Fault]:
    """Zones named, or counted, must be zones of the region that EKS can use."""
    if len(network.zones) == 1:
        yield Fault("network.zones", "got 1 zone", "EKS wants two or more", "add a zone, or leave zones out")
    for index, zone in enumerate(network.zones):
        path = f"network.zones[{index}]"
        if zone in network.zones[:index]:
            yield Fault(path, f'"{zone}" is listed twice')
        elif account and (fault := zone_fault(path, zone, account)):
            yield fault
        elif account and account.region_zones[zone] in ZONES_WITHOUT_EKS:
            where = f"{zone} ({account.region_zones[zone]})"
            yield Fault(path, f"EKS has no control plane in {where}", cure="use another zone")
    usable = set(account.region_zones.values()) - ZONES_WITHOUT_EKS if account else None
    if usable is not None and not network.zones and not network.existing and network.zone_count > len(usable):
        path = "network.zoneCount"
        yield Fault(path, f"{network.zone_count} is more than the {len(usable)} zones EKS has in this region")


def _ranges(network: NetworkSettings, account: Account | None) -> Iterator[Fault]:
    """The range must be one a VPC can have and hold a private and a public subnet for each zone."""
    faults = vpc_cidr_faults(network.cidr)
    yield from (Fault.at("network.cidr", fault) for fault in faults)
    zones = account.zones if account else network.zones
    zones = zones or tuple(str(number) for number in range(network.zone_count))
    if not faults and len(zones) <= MOST_ZONES:
        plan = plan_subnets(network.cidr, zones, network.private_subnet_bits, network.public_subnet_bits)
        if isinstance(plan, tuple):
            yield from (Fault.at("network.privateSubnetBits", fault) for fault in plan)


def _upkeep(network: NetworkSettings, *, production: bool) -> Iterator[Fault]:
    """The way out of the VPC, its endpoints and its logs."""
    if production and network.nat_gateways == "one":
        yield Fault(
            "network.natGateways",
            "one NAT gateway fails with its zone",
            'production needs "one-per-zone"',
            "run: pulumi config set --path network.natGateways one-per-zone",
        )
    for index, service in enumerate(network.interface_endpoints):
        path = f"network.interfaceEndpoints[{index}]"
        if service in network.interface_endpoints[:index]:
            yield Fault(path, f'"{service}" is listed twice')
        elif service == "s3":
            yield Fault(path, "S3 already has its gateway endpoint", cure="remove it")
        elif not ENDPOINT_SERVICE.fullmatch(service) or service.startswith("com.amazonaws"):
            yield Fault(path, f'"{service}" is not the short name of a service', "such as ecr.api or sts")
    if fault := retention_fault(network.flow_log_retention_days):
        yield Fault.at("network.flowLogRetentionDays", fault)


def _existing(
    network: NetworkSettings, existing: ExistingNetwork, account: Account | None
) -> Iterator[Fault]:
    """An existing VPC must be there, with its subnets where the settings say they are."""
    for name in sorted(network.model_fields_set - {"existing", "zones"}):
        alias = NetworkSettings.model_fields[name].alias
        what = "not used together with network.existing"
        yield Fault(f"network.{alias}", what, cure="remove one of the two")
    for index, zone in enumerate(network.zones):
        if zone not in existing.private_subnet_ids:
            has = f"it has {listed(existing.private_subnet_ids)}"
            yield Fault(f"network.zones[{index}]", f"network.existing has no subnet in {zone}", has)
    if account and not account.vpc:
        where = f"there is no {existing.vpc_id} in {account.region} of this account"
        yield Fault("network.existing.vpcId", where)
    zone_of: dict[str, str] = {}
    for zone, subnet_id in existing.private_subnet_ids.items():
        first = zone_of.setdefault(subnet_id, zone)
        if first == zone:
            yield from _existing_subnet(existing.vpc_id, zone, subnet_id, account)
        else:
            path = render(("network", "existing", "privateSubnetIds", zone))
            what = f"{subnet_id} is that of {first} already"
            yield Fault(path, what, "a subnet is in one zone", f"give a subnet of {zone}")


def _existing_subnet(vpc_id: str, zone: str, subnet_id: str, account: Account | None) -> Iterator[Fault]:
    """One private subnet of an existing VPC."""
    path = render(("network", "existing", "privateSubnetIds", zone))
    if not SUBNET_ID.fullmatch(subnet_id):
        yield Fault(path, f'"{subnet_id}" is not subnet- plus 8 to 17 hex digits')
    elif account:
        subnet = account.subnets.get(subnet_id)
        if not subnet:
            yield Fault(path, f"there is no {subnet_id} in {account.region} of this account")
        elif subnet.vpc_id != vpc_id:
            yield Fault(path, f"{subnet_id} is in {subnet.vpc_id}, not in {vpc_id}")
        elif subnet.zone != zone:
            yield Fault(path, f"{subnet_id} is in {subnet.zone}, not in {zone}")
        elif fault := zone_fault(path, zone, account):
            yield fault


def _service_range(reading: Reading, network: NetworkSettings, account: Account | None) -> Iterator[Fault]:
    """Service addresses must not be addresses of the VPC: what they have in common could not be reached."""
    if not reading.cluster or (reading.adopts and not network.existing):
        return
    service_cidr = reading.cluster.service_cidr
    vpc = account.vpc if account else None
    cidrs = (vpc.cidrs if vpc else ()) if network.existing else (network.cidr,)
    path = "network.existing.vpcId" if network.existing else "network.cidr"
    for cidr in cidrs:
        if not cidr_faults(cidr) and not cidr_faults(service_cidr) and overlap(cidr, service_cidr):
            free = free_range(cidrs, SERVICE_RANGES)
            cure = f"choose another cluster.serviceCidr, such as {free}" if free else ""
            yield Fault(path, f"{cidr} overlaps cluster.serviceCidr {service_cidr}", cure=cure)
