"""The function about route tables: where packets of a subnet go."""

from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.functions.filters import ec2_filters, plain_tags, without_aws
from sandbox.engine.handlers.ec2_tags import ec2_arn
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_TARGETS = {
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "instanceId": "InstanceId",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "odbNetworkArn": "OdbNetworkArn",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}

_DESTINATIONS = {
    "cidrBlock": "DestinationCidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
}


def get_route_table(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getRouteTable:getRouteTable`. A subnet without a table of its own has none here: it goes by
    the main one of its VPC, which is asked for by a filter."""
    filters = ec2_filters(
        arguments,
        gatewayId="association.gateway-id",
        routeTableId="route-table-id",
        subnetId="association.subnet-id",
        vpcId="vpc-id",
    )
    tables: Any = world.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    if len(tables) != 1:
        fault = "multiple Route Tables matched" if tables else "query returned no results"
        raise SandboxError("reading EC2 Route Table", fault, "change your search criteria and try again")
    (table,) = tables
    id = table["RouteTableId"]
    return {
        "gatewayId": "",
        "subnetId": "",
        **arguments,
        "id": id,
        "arn": ec2_arn(world, "route-table", id),
        "associations": [_association(each) for each in table["Associations"]],
        "ownerId": table.get("OwnerId", world.account),
        "region": world.region,
        "routeTableId": id,
        "routes": [_route(route) for route in table["Routes"] if not _is_left_out(route)],
        "tags": without_aws(plain_tags(table)),
        "vpcId": table["VpcId"],
    }


def _is_left_out(route: Any) -> bool:
    """What the provider does not count among the routes of a table: that of the VPC itself, those that a
    gateway propagates, and those of gateway endpoints (vpc_route_table_data_source.go)."""
    gateway = route.get("GatewayId", "")
    propagated = route.get("Origin") == "EnableVgwRoutePropagation"
    of_endpoint = "DestinationPrefixListId" in route and gateway.startswith("vpce-")
    return gateway == "local" or propagated or of_endpoint


def _route(route: Any) -> Properties:
    targets = {name: route.get(given, "") for name, given in _TARGETS.items()}
    endpoint = targets["gatewayId"] if targets["gatewayId"].startswith("vpce-") else ""
    if endpoint:
        targets["gatewayId"] = ""
    destinations = {name: route.get(given, "") for name, given in _DESTINATIONS.items()}
    return {**destinations, **targets, "vpcEndpointId": endpoint}


def _association(association: Any) -> Properties:
    return {
        "gatewayId": association.get("GatewayId", ""),
        "main": association.get("Main", False),
        "routeTableAssociationId": association["RouteTableAssociationId"],
        "routeTableId": association["RouteTableId"],
        "subnetId": association.get("SubnetId", ""),
    }
