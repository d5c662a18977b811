"""Elastic addresses and NAT gateways."""

from sandbox.engine.handlers.absence import absent_is_fine, delete_when_free
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged, where
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.handlers.spelling import given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

NAT_SECONDS = 300
"""AWS takes a minute or two to bring a NAT gateway up or down; the emulated one none."""


class Eip(Ec2Handler):
    """`aws:ec2/eip:Eip`."""

    replace_on = frozenset({"address", "domain", "networkBorderGroup", "publicIpv4Pool"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An address for use in VPCs."""
        arguments = given(inputs, "address", "networkBorderGroup", "publicIpv4Pool")
        address = world.ec2.allocate_address(
            Domain="vpc", **arguments, TagSpecifications=tagged("elastic-ip", inputs, name)
        )
        id = address["AllocationId"]
        return id, self._outputs(world, id, address["PublicIp"], inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Tags only: attaching it to instances is not supported."""
        retag(world, id, old_inputs, new_inputs)
        address = world.ec2.describe_addresses(AllocationIds=[id])["Addresses"][0]
        return self._outputs(world, id, address["PublicIp"], new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once nothing uses it."""
        delete_when_free(world, lambda: world.ec2.release_address(AllocationId=id))

    def _outputs(self, world: World, id: str, public_ip: str, inputs: Properties) -> Properties:
        return {
            "domain": "vpc",
            **inputs,
            "allocationId": id,
            "arn": ec2_arn(world, "elastic-ip", id),
            "publicIp": public_ip,
            "publicDns": f"ec2-{public_ip.replace('.', '-')}.{world.region}.compute.amazonaws.com",
            "tagsAll": tags_of(inputs),
        }


class NatGateway(Ec2Handler):
    """`aws:ec2/natGateway:NatGateway`."""

    replace_on = frozenset({"subnetId", "allocationId", "connectivityType", "privateIp"})
    identity = named_anew = frozenset({"allocationId"})  # a private gateway has no address to share

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A gateway, waited for until it is available."""
        arguments = given(inputs, "subnetId", "allocationId", "connectivityType")
        gateway = world.ec2.create_nat_gateway(
            **arguments, TagSpecifications=tagged("natgateway", inputs, name)
        )
        id = gateway["NatGateway"]["NatGatewayId"]
        self._wait(world, id, "available")
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Tags only."""
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Waited for until it is gone, since its address and subnet are held until then."""
        if self._state(world, id) != "deleted":
            with absent_is_fine():
                world.ec2.delete_nat_gateway(NatGatewayId=id)
            self._wait(world, id, "deleted")

    def _wait(self, world: World, id: str, state: str) -> None:
        world.wait(lambda: self._state(world, id) == state, NAT_SECONDS, lambda: f"{id} to be {state}")

    def _state(self, world: World, id: str) -> str:
        gateways = world.ec2.describe_nat_gateways(Filters=[where("nat-gateway-id", id)])["NatGateways"]
        return str(gateways[0]["State"]) if gateways else "deleted"

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        address = world.ec2.describe_nat_gateways(NatGatewayIds=[id])["NatGateways"][0][
            "NatGatewayAddresses"
        ][0]
        return {
            "connectivityType": "public",
            **inputs,
            "associationId": address.get("AssociationId", ""),
            "networkInterfaceId": address.get("NetworkInterfaceId", ""),
            "privateIp": address.get("PrivateIp", ""),
            "publicIp": address.get("PublicIp", ""),
            "tagsAll": tags_of(inputs),
        }
