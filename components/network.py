"""The network that the cluster lives in: a VPC of its own, or one that somebody else made."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.context import StackContext
from components.flow_logs import FlowLogs, FlowLogsArgs
from components.vpc import Vpc, VpcArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from knowledge.subnets import SubnetPlan
from settings.network import ExistingNetwork, NetworkSettings


@dataclass(frozen=True)
class NewNetwork:
    """What a network that is made needs besides its settings."""

    subnets: SubnetPlan
    """How the range is divided."""
    logs_key_arn: pulumi.Input[str]
    """KMS key of the flow logs."""


@dataclass(frozen=True)
class NetworkArgs:
    """The settings' branch, with what was worked out from it."""

    context: StackContext
    settings: NetworkSettings
    new: NewNetwork | None
    """None where the VPC exists."""


class Network(pulumi.ComponentResource):
    """Where nodes, pods and the cluster's endpoint get their addresses."""

    vpc_id: pulumi.Output[str]
    private_subnet_ids: Mapping[str, pulumi.Output[str]]
    """By zone name."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the network, or point at the one that exists: nothing of that is changed, not even a tag."""
        super().__init__("eks-efa:network:Network", name, None, opts)
        if args.settings.existing is not None:
            self._adopt(args.settings.existing)
        elif args.new is not None:
            self._make(name, args, args.new)
        self.register_outputs({"vpcId": self.vpc_id, "privateSubnetIds": self.private_subnet_ids})

    def _adopt(self, existing: ExistingNetwork) -> None:
        self.vpc_id = pulumi.Output.from_input(existing.vpc_id)
        self.private_subnet_ids = {
            zone: pulumi.Output.from_input(subnet_id)
            for zone, subnet_id in existing.private_subnet_ids.items()
        }

    def _make(self, name: str, args: NetworkArgs, new: NewNetwork) -> None:
        options = pulumi.ResourceOptions(parent=self)
        vpc = Vpc(
            name,
            VpcArgs(
                context=args.context,
                cidr=args.settings.cidr,
                subnets=new.subnets,
                nat_gateways=args.settings.nat_gateways,
            ),
            options,
        )
        self.vpc_id, self.private_subnet_ids = vpc.vpc_id, vpc.private_subnet_ids
        VpcEndpoints(
            f"{name}-endpoints",
            VpcEndpointsArgs(
                context=args.context,
                vpc_id=vpc.vpc_id,
                vpc_cidr=args.settings.cidr,
                private_subnet_ids=list(vpc.private_subnet_ids.values()),
                private_route_table_ids=vpc.private_route_table_ids,
                interface_services=args.settings.interface_endpoints,
            ),
            options,
        )
        FlowLogs(
            f"{name}-flow-logs",
            FlowLogsArgs(
                context=args.context,
                vpc_id=vpc.vpc_id,
                retention_days=args.settings.flow_log_retention_days,
                key_arn=new.logs_key_arn,
            ),
            options,
        )
