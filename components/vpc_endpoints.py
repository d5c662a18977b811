"""Ways to AWS services that stay inside the VPC: image layers and API calls then need no NAT gateway."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.vpc_endpoints import gateway_service, interface_service


@dataclass(frozen=True)
class VpcEndpointsArgs:
    """Where the endpoints go and for which services they are."""

    context: StackContext
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    """Who may use the interface endpoints."""
    private_subnet_ids: Sequence[pulumi.Input[str]]
    private_route_table_ids: Sequence[pulumi.Input[str]]
    interface_services: Sequence[str]
    """Last part of the service names, such as `ecr.api`."""


class VpcEndpoints(pulumi.ComponentResource):
    """The free gateway endpoint of S3, where ECR keeps image layers, and interface endpoints as asked for."""

    def __init__(self, name: str, args: VpcEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make one endpoint for each service."""
        super().__init__("eks-efa:network:VpcEndpoints", name, None, opts)
        self._options = pulumi.ResourceOptions(parent=self)
        region, partition = args.context.region, args.context.partition
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=gateway_service(region, "s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=args.private_route_table_ids,
            tags=args.context.named("s3"),
            opts=self._options,
        )
        if args.interface_services:
            security_group = self._security_group(name, args)
            for service in args.interface_services:
                aws.ec2.VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=args.vpc_id,
                    service_name=interface_service(partition, region, service),
                    vpc_endpoint_type="Interface",
                    private_dns_enabled=True,
                    subnet_ids=args.private_subnet_ids,
                    security_group_ids=[security_group.id],
                    tags=args.context.named(service),
                    opts=self._options,
                )
        self.register_outputs({})

    def _security_group(self, name: str, args: VpcEndpointsArgs) -> aws.ec2.SecurityGroup:
        security_group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            vpc_id=args.vpc_id,
            description="Interface endpoints of AWS services",
            tags=args.context.named("endpoints"),
            opts=self._options,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-https",
            security_group_id=security_group.id,
            description="HTTPS from inside the VPC",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=args.vpc_cidr,
            tags=args.context.tags,
            opts=self._options,
        )
        return security_group
