"""The stranger's network: a VPC with a private and a public subnet in each of two zones, and one way out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sandbox.stranger.account import Account, tagged, where
from sandbox.stranger.script import Script

CIDR = "10.42.0.0/16"
ANYWHERE = "0.0.0.0/0"

SUBNETS = {
    "private": {"a": "10.42.0.0/19", "b": "10.42.32.0/19"},
    "public": {"a": "10.42.64.0/24", "b": "10.42.65.0/24"},
}
"""Ranges by the letter of the zone."""

LOAD_BALANCERS = {"private": "kubernetes.io/role/internal-elb", "public": "kubernetes.io/role/elb"}
"""Tags by which the AWS Load Balancer Controller finds subnets; most clusters have them."""


@dataclass(frozen=True)
class Network:
    """Ids of what was made. Subnets are in the order of their zones."""

    vpc_id: str
    private_subnet_ids: tuple[str, ...]
    public_subnet_ids: tuple[str, ...]


def make_network(account: Account, name: str, script: Script) -> Network:
    """Make what is missing of it."""
    ec2 = account.ec2
    vpc_id = script.ensure(
        f"VPC {CIDR}",
        lambda: account.find(f"{name}-vpc"),
        lambda: ec2.create_vpc(CidrBlock=CIDR, TagSpecifications=tagged("vpc", f"{name}-vpc")),
    )
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    gateway_id = _internet_gateway(account, name, vpc_id, script)
    subnets = {kind: _subnets(account, name, kind, vpc_id, script) for kind in SUBNETS}
    nat_id = _nat_gateway(account, name, subnets["public"][0], script)
    out = partial(ec2.create_route, DestinationCidrBlock=ANYWHERE)
    ways_out = {"private": partial(out, NatGatewayId=nat_id), "public": partial(out, GatewayId=gateway_id)}
    for kind, create_route in ways_out.items():
        table_id = _route_table(account, f"{name}-{kind}", vpc_id, create_route, script)
        for subnet_id in subnets[kind]:
            _follow(account, subnet_id, table_id, script)
    return Network(vpc_id, subnets["private"], subnets["public"])


def subnets_by_zone(account: Account, vpc_id: str, kind: str) -> str:
    """`us-west-2a: subnet-0123, ...`."""
    filters = [where("vpc-id", vpc_id), where("tag-key", LOAD_BALANCERS[kind])]
    subnets = account.ec2.describe_subnets(Filters=filters)["Subnets"]
    return ", ".join(sorted(f"{subnet['AvailabilityZone']}: {subnet['SubnetId']}" for subnet in subnets))


def _internet_gateway(account: Account, name: str, vpc_id: str, script: Script) -> str:
    ec2 = account.ec2
    gateway_id = script.ensure(
        "internet gateway",
        lambda: account.find(f"{name}-internet"),
        lambda: ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", f"{name}-internet")),
    )

    def attached() -> str | None:
        (gateway,) = ec2.describe_internet_gateways(InternetGatewayIds=[gateway_id])["InternetGateways"]
        return next((each["VpcId"] for each in gateway.get("Attachments", [])), None)

    script.ensure(
        "its attachment",
        attached,
        lambda: ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id),
    )
    return gateway_id


def _subnets(account: Account, name: str, kind: str, vpc_id: str, script: Script) -> tuple[str, ...]:
    def subnet(letter: str, block: str) -> str:
        zone = f"{account.region}{letter}"
        tags = tagged("subnet", f"{name}-{kind}-{zone}", **{LOAD_BALANCERS[kind]: "1"})
        return script.ensure(
            f"{kind} subnet in {zone}",
            lambda: account.find(f"{name}-{kind}-{zone}"),
            lambda: account.ec2.create_subnet(
                VpcId=vpc_id, CidrBlock=block, AvailabilityZone=zone, TagSpecifications=tags
            ),
        )

    return tuple(subnet(letter, block) for letter, block in SUBNETS[kind].items())


def _nat_gateway(account: Account, name: str, subnet_id: str, script: Script) -> str:
    ec2 = account.ec2
    address_id = script.ensure(
        "address of the NAT gateway",
        lambda: account.find(f"{name}-nat-address"),
        lambda: ec2.allocate_address(
            Domain="vpc", TagSpecifications=tagged("elastic-ip", f"{name}-nat-address")
        ),
    )
    return script.ensure(
        "NAT gateway",
        lambda: account.find(f"{name}-nat"),
        lambda: ec2.create_nat_gateway(
            SubnetId=subnet_id,
            AllocationId=address_id,
            TagSpecifications=tagged("natgateway", f"{name}-nat"),
        ),
    )


def _route_table(
    account: Account, name: str, vpc_id: str, create_route: Callable[..., object], script: Script
) -> str:
    ec2 = account.ec2
    table_id = script.ensure(
        f"route table {name}",
        lambda: account.find(name),
        lambda: ec2.create_route_table(VpcId=vpc_id, TagSpecifications=tagged("route-table", name)),
    )

    def leads_out() -> str | None:
        (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
        routes = [route.get("DestinationCidrBlock") for route in table["Routes"]]
        return ANYWHERE if ANYWHERE in routes else None

    script.ensure(f"way out of {name}", leads_out, lambda: create_route(RouteTableId=table_id))
    return table_id


def _follow(account: Account, subnet_id: str, table_id: str, script: Script) -> None:
    ec2 = account.ec2

    def table() -> str | None:
        found = ec2.describe_route_tables(Filters=[where("association.subnet-id", subnet_id)])["RouteTables"]
        return found[0]["RouteTableId"] if found else None

    script.ensure(
        f"route table of {subnet_id}",
        table,
        lambda: ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id),
    )
