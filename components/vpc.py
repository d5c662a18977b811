"""The VPC: in each zone a private subnet for nodes and pods, and a small public one for NAT and load
balancers.

Every private subnet has a route table of its own, also where one NAT gateway serves them all, so that going
from one gateway to one per zone changes a route and replaces nothing.
"""

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.subnets import PlannedSubnet, SubnetPlan

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class VpcArgs:
    """The range and its division."""

    context: StackContext
    cidr: str
    subnets: SubnetPlan
    nat_gateways: Literal["one", "one-per-zone"]


class Vpc(pulumi.ComponentResource):
    """A VPC whose private subnets reach the internet by NAT and cannot be reached from it."""

    vpc_id: pulumi.Output[str]
    private_subnet_ids: dict[str, pulumi.Output[str]]
    """By zone name."""
    private_route_table_ids: list[pulumi.Output[str]]

    def __init__(self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the VPC and everything in it that carries packets."""
        super().__init__("eks-efa:network:Vpc", name, None, opts)
        self._name, self._context = name, args.context
        self._options = pulumi.ResourceOptions(parent=self)
        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=args.context.named("vpc"),
            opts=self._options,
        )
        self.vpc_id = self._vpc.id
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-security-group",
            # No rules: nothing that forgets to name a security group gets any traffic (CIS 5.4, CKV2_AWS_12).
            vpc_id=self.vpc_id,
            ingress=[],
            egress=[],
            tags=args.context.named("default-closed"),
            opts=self._options,
        )
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet-gateway",
            vpc_id=self.vpc_id,
            tags=args.context.named("internet"),
            opts=self._options,
        )
        public = self._public_subnets(args.subnets, gateway)
        nat_zones = [subnet.zone for subnet in args.subnets.public]
        if args.nat_gateways == "one":
            nat_zones = nat_zones[:1]
        nats = {zone: self._nat_gateway(zone, public[zone], gateway) for zone in nat_zones}
        self.private_subnet_ids, self.private_route_table_ids = {}, []
        for subnet in args.subnets.private:
            self._private_subnet(subnet, nats.get(subnet.zone, nats[nat_zones[0]]))
        self.register_outputs({"vpcId": self.vpc_id, "privateSubnetIds": self.private_subnet_ids})

    def _public_subnets(
        self, plan: SubnetPlan, gateway: aws.ec2.InternetGateway
    ) -> dict[str, pulumi.Output[str]]:
        table = self._route_table("public")
        aws.ec2.Route(
            f"{self._name}-public-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._options,
        )
        ids = {}
        for subnet in plan.public:
            # The tag lets the AWS load balancer controller find the subnet for load balancers on the
            # internet.
            role = {"kubernetes.io/role/elb": "1"}
            ids[subnet.zone] = self._subnet("public", subnet, role, table)
        return ids

    def _nat_gateway(
        self, zone: str, subnet_id: pulumi.Output[str], gateway: aws.ec2.InternetGateway
    ) -> aws.ec2.NatGateway:
        # Both need the internet gateway, and it cannot be detached while a public address is in use: AWS asks
        # for the dependency to be explicit, it shows in no argument.
        after_gateway = pulumi.ResourceOptions(parent=self, depends_on=[gateway])
        address = aws.ec2.Eip(
            f"{self._name}-nat-address-{zone}",
            domain="vpc",
            tags=self._context.named(f"nat-{zone}"),
            opts=after_gateway,
        )
        return aws.ec2.NatGateway(
            f"{self._name}-nat-{zone}",
            allocation_id=address.id,
            subnet_id=subnet_id,
            tags=self._context.named(f"nat-{zone}"),
            opts=after_gateway,
        )

    def _private_subnet(self, subnet: PlannedSubnet, nat: aws.ec2.NatGateway) -> None:
        table = self._route_table(f"private-{subnet.zone}")
        aws.ec2.Route(
            f"{self._name}-private-{subnet.zone}-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=nat.id,
            opts=self._options,
        )
        tags = {"kubernetes.io/role/internal-elb": "1", **self._context.discovery}
        self.private_subnet_ids[subnet.zone] = self._subnet("private", subnet, tags, table)
        self.private_route_table_ids.append(table.id)

    def _subnet(
        self, kind: str, subnet: PlannedSubnet, tags: dict[str, str], table: aws.ec2.RouteTable
    ) -> pulumi.Output[str]:
        made = aws.ec2.Subnet(
            f"{self._name}-{kind}-{subnet.zone}",
            vpc_id=self.vpc_id,
            availability_zone=subnet.zone,
            cidr_block=subnet.cidr,
            # Nothing gets a public address by itself, not in the public subnets either: NAT gateways bring
            # their own, and EC2 refuses a public address for an instance with several interfaces.
            map_public_ip_on_launch=False,
            tags={**self._context.named(f"{kind}-{subnet.zone}"), **tags},
            opts=self._options,
        )
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{kind}-{subnet.zone}",
            subnet_id=made.id,
            route_table_id=table.id,
            opts=self._options,
        )
        return made.id

    def _route_table(self, role: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._name}-{role}",
            vpc_id=self.vpc_id,
            tags=self._context.named(role),
            opts=self._options,
        )
