"""Functions about networks that exist: VPCs, subnets, security groups."""

from typing import Any

from sandbox.engine.functions.filters import ec2_filters, only, plain_tags
from sandbox.engine.handlers.ec2_tags import ec2_arn, where
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_vpc(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getVpc:getVpc`."""
    call: dict[str, Any] = {"VpcIds": [arguments["id"]]} if "id" in arguments else {}
    filters = ec2_filters(arguments, cidrBlock="cidr", default="is-default", state="state")
    vpc: Any = only(world.ec2.describe_vpcs(**call, Filters=filters)["Vpcs"], "VPC")
    id = vpc["VpcId"]
    tables = world.ec2.describe_route_tables(Filters=[where("vpc-id", id), where("association.main", "true")])
    dns: Any = {
        name: world.ec2.describe_vpc_attribute(VpcId=id, Attribute=name)
        for name in ("enableDnsSupport", "enableDnsHostnames")
    }
    blocks = [
        {
            "associationId": block["AssociationId"],
            "cidrBlock": block["CidrBlock"],
            "state": block["CidrBlockState"]["State"],
        }
        for block in vpc.get("CidrBlockAssociationSet", [])
    ]
    return {
        **arguments,
        "id": id,
        "arn": ec2_arn(world, "vpc", id),
        "cidrBlock": vpc["CidrBlock"],
        "cidrBlockAssociations": blocks,
        "default": vpc.get("IsDefault", False),
        "dhcpOptionsId": vpc.get("DhcpOptionsId", ""),
        "enableDnsHostnames": dns["enableDnsHostnames"]["EnableDnsHostnames"]["Value"],
        "enableDnsSupport": dns["enableDnsSupport"]["EnableDnsSupport"]["Value"],
        "enableNetworkAddressUsageMetrics": False,
        "instanceTenancy": vpc.get("InstanceTenancy", "default"),
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociations": [],
        "mainRouteTableId": tables["RouteTables"][0]["RouteTableId"] if tables["RouteTables"] else "",
        "ownerId": vpc.get("OwnerId", world.account),
        "region": world.region,
        "state": vpc["State"],
        "tags": plain_tags(vpc),
    }


def _find_subnets(world: World, arguments: Properties) -> Any:
    call: dict[str, Any] = {"SubnetIds": [arguments["id"]]} if "id" in arguments else {}
    filters = ec2_filters(
        arguments,
        availabilityZone="availability-zone",
        availabilityZoneId="availability-zone-id",
        cidrBlock="cidr-block",
        defaultForAz="default-for-az",
        state="state",
        vpcId="vpc-id",
    )
    return world.ec2.describe_subnets(**call, Filters=filters)["Subnets"]


def get_subnet(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getSubnet:getSubnet`."""
    subnet = only(_find_subnets(world, arguments), "Subnet")
    return {
        **arguments,
        "id": subnet["SubnetId"],
        "arn": subnet.get("SubnetArn", ec2_arn(world, "subnet", subnet["SubnetId"])),
        "assignIpv6AddressOnCreation": subnet.get("AssignIpv6AddressOnCreation", False),
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet.get("AvailabilityZoneId", ""),
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "cidrBlock": subnet["CidrBlock"],
        "defaultForAz": subnet.get("DefaultForAz", False),
        "ipv6Native": subnet.get("Ipv6Native", False),
        "mapPublicIpOnLaunch": subnet.get("MapPublicIpOnLaunch", False),
        "ownerId": subnet.get("OwnerId", world.account),
        "region": world.region,
        "state": subnet["State"],
        "tags": plain_tags(subnet),
        "vpcId": subnet["VpcId"],
    }


def get_subnets(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getSubnets:getSubnets`."""
    ids = [subnet["SubnetId"] for subnet in _find_subnets(world, arguments)]
    return {"tags": {}, **arguments, "id": world.region, "ids": ids, "region": world.region}


def get_security_group(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getSecurityGroup:getSecurityGroup`."""
    call: dict[str, Any] = {"GroupIds": [arguments["id"]]} if "id" in arguments else {}
    filters = ec2_filters(arguments, name="group-name", vpcId="vpc-id")
    found = world.ec2.describe_security_groups(**call, Filters=filters)["SecurityGroups"]
    group: Any = only(found, "Security Group")
    return {
        **arguments,
        "id": group["GroupId"],
        "arn": ec2_arn(world, "security-group", group["GroupId"]),
        "description": group["Description"],
        "name": group["GroupName"],
        "region": world.region,
        "tags": plain_tags(group),
        "vpcId": group.get("VpcId", ""),
    }
