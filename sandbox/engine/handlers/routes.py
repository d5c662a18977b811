"""Route tables, routes and which subnets follow them."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine, delete_when_free
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged, where
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.handlers.spelling import given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")

_TARGETS = (
    "gatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
)


def _set_route(world: World, table: str, route: Properties) -> None:
    """Make a route, or point the one that is there elsewhere."""
    arguments: dict[str, Any] = {"RouteTableId": table, **given(route, *_DESTINATIONS, *_TARGETS)}
    try:
        world.ec2.create_route(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "RouteAlreadyExists":
            raise
        world.ec2.replace_route(**arguments)


def _remove_route(world: World, table: str, route: Properties) -> None:
    with absent_is_fine():
        world.ec2.delete_route(RouteTableId=table, **given(route, *_DESTINATIONS))


class RouteTable(Ec2Handler):
    """`aws:ec2/routeTable:RouteTable`, with the routes given in it."""

    replace_on = frozenset({"vpcId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A table of its own, beside the VPC's main one."""
        specifications = tagged("route-table", inputs, name)
        table = world.ec2.create_route_table(VpcId=inputs["vpcId"], TagSpecifications=specifications)[
            "RouteTable"
        ]
        id = table["RouteTableId"]
        for route in _inline(inputs):
            _set_route(world, id, route)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """The routes given in it, and tags."""
        after = _inline(new_inputs)
        destinations = [given(route, *_DESTINATIONS) for route in after]
        for route in _inline(old_inputs):
            if given(route, *_DESTINATIONS) not in destinations:
                _remove_route(world, id, route)
        for route in after:
            _set_route(world, id, route)
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once no subnet follows it."""
        delete_when_free(world, lambda: world.ec2.delete_route_table(RouteTableId=id))

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        arn = ec2_arn(world, "route-table", id)
        return {"routes": [], **inputs, "arn": arn, "ownerId": world.account, "tagsAll": tags_of(inputs)}


def _inline(inputs: Properties) -> list[Properties]:
    """The routes within a route table, spelt as routes of their own are."""
    spelt = {
        "cidrBlock": "destinationCidrBlock",
        "ipv6CidrBlock": "destinationIpv6CidrBlock",
        "destinationPrefixListId": "destinationPrefixListId",
    }
    return [
        {spelt.get(key, key): value for key, value in route.items()} for route in inputs.get("routes", [])
    ]


class Route(Handler):
    """`aws:ec2/route:Route`."""

    replace_on = frozenset({"routeTableId", *_DESTINATIONS})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """One route; made over one to the same destination."""
        _set_route(world, inputs["routeTableId"], inputs)
        destination = next(inputs[key] for key in _DESTINATIONS if key in inputs)
        digest = hashlib.sha256(destination.encode()).hexdigest()[:10]
        return f"r-{inputs['routeTableId']}-{digest}", self._outputs(inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another target."""
        _set_route(world, new_inputs["routeTableId"], new_inputs)
        return self._outputs(new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The route alone."""
        _remove_route(world, inputs["routeTableId"], inputs)

    def _outputs(self, inputs: Properties) -> Properties:
        return {**inputs, "origin": "CreateRoute", "state": "active"}


class RouteTableAssociation(Handler):
    """`aws:ec2/routeTableAssociation:RouteTableAssociation`."""

    replace_on = frozenset({"routeTableId", "subnetId", "gatewayId"})
    identity = frozenset({"subnetId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Make a subnet or gateway follow a route table."""
        arguments = given(inputs, "routeTableId", "subnetId", "gatewayId")
        return world.ec2.associate_route_table(**arguments)["AssociationId"], inputs

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Nothing of it can be changed."""
        return new_inputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Back to the main route table."""
        with absent_is_fine():
            world.ec2.disassociate_route_table(AssociationId=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By the subnet, which follows one table at a time."""
        if "subnetId" not in inputs:
            return None
        mine = where("association.subnet-id", inputs["subnetId"])
        tables = world.ec2.describe_route_tables(Filters=[mine])["RouteTables"]
        associations = [found for table in tables for found in table["Associations"]]
        of_subnet = [found for found in associations if found.get("SubnetId") == inputs["subnetId"]]
        return of_subnet[0]["RouteTableAssociationId"] if of_subnet else None
