"""Checks that the private subnets have addresses for the most nodes that the settings allow."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from knowledge.efa_interfaces import (
    InterfacePlan,
    UnplannableError,
    efa_only_on_card_0,
    plan_interfaces,
)
from knowledge.hardware import InstanceType
from knowledge.karpenter_dynamic import dynamic_plan
from knowledge.subnets import VPC_PREFIX_BITS, addresses_per_node, usable_addresses
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.placement import home_zone
from settings.reading import Reading
from settings.survey import Account
from settings.words import counted, listed


@dataclass(frozen=True)
class Demand:
    """Addresses that one group or provisioner can take in one zone."""

    name: str
    nodes: int
    addresses: int


def check_addresses(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """A fault for each zone whose private subnet is too small for everything that may run in it at once."""
    if not account or not reading.network or (reading.adopts and not reading.network.existing):
        return
    for zone, demands in _by_zone(reading, account).items():
        needed = sum(demand.addresses for demand in demands)
        path, bits = _subnet_of(reading, zone, account)
        if bits is None or needed <= usable_addresses(bits):
            continue
        fitting = [prefix for prefix in VPC_PREFIX_BITS if usable_addresses(prefix) >= needed]
        who = listed(f"{demand.name} ({counted(demand.nodes, 'node')})" for demand in demands)
        yield Fault(
            path,
            f"/{bits} gives {usable_addresses(bits)} addresses in {zone}; {who} need at least {needed}",
            cure=f"use /{max(fitting)} or a larger subnet, or fewer nodes" if fitting else "use fewer nodes",
        )


def node_addresses(known: InstanceType, plan: InterfacePlan) -> int:
    """Addresses that a node holds from its start, however few pods it has.

    The VPC CNI takes the addresses of a whole interface at a time and keeps one interface in reserve:
    WARM_ENI_TARGET is 1 by default (aws/amazon-vpc-cni-k8s, README). An efa-only interface on card 0 leaves
    less room for those.
    """
    per_interface = known.ipv4_per_interface - 1
    room = (known.eni_pod_limit(efa_only_on_card_0(plan)) - 2) // max(per_interface, 1)
    interfaces = max(1, min(2, room))
    return addresses_per_node(plan, pods=interfaces * known.ipv4_per_interface - 1)


def _by_zone(reading: Reading, account: Account) -> dict[str, list[Demand]]:
    """Demands by zone; nothing for types and zones that other checks refuse."""
    demands: dict[str, list[Demand]] = defaultdict(list)
    for pool in pools_of(reading):
        names = [name for name in pool.type_names if name in account.types]
        zone = home_zone(pool.zone, names, account.zones, lambda name: account.offers[name])
        if zone in account.zones and names:
            types = [account.types[name] for name in names]
            per_node = max(node_addresses(known, _plan(pool, known)) for known in types)
            demands[zone].append(Demand(pool.name, pool.most_nodes, pool.most_nodes * per_node))
    system = reading.system_nodes
    named = system.instance_types if system else ()
    types = [account.types[name] for name in named if name in account.types]
    if system and types:
        nodes = math.ceil(system.max_nodes / max(len(account.zones), 1))
        per_node = max(node_addresses(one, plan_interfaces(one, efa=False)) for one in types)
        for zone in account.zones:
            demands[zone].append(Demand("system nodes", nodes, nodes * per_node))
    return demands


def _plan(pool: Pool, known: InstanceType) -> InterfacePlan:
    """The interfaces that a node of the pool has; the plain one where they cannot be planned."""
    try:
        if pool.efa == "dynamic":
            return dynamic_plan(known)
        return plan_interfaces(known, efa=pool.efa == "static")
    except UnplannableError:
        return plan_interfaces(known, efa=False)


def _subnet_of(reading: Reading, zone: str, account: Account) -> tuple[str, int | None]:
    """Where the size of a zone's private subnet is set, and its prefix length where it is known."""
    network = reading.network
    if network and network.existing:
        subnet = account.subnets.get(network.existing.private_subnet_ids.get(zone, ""))
        bits = IPv4Network(subnet.cidr).prefixlen if subnet else None
        return f'network.existing.privateSubnetIds["{zone}"]', bits
    return "network.privateSubnetBits", network.private_subnet_bits if network else None
