"""VPC, subnets and the ways out of them: internet gateway, addresses, NAT gateways."""

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine, delete_when_free
from sandbox.engine.handlers.ec2_tags import created_as, ec2_arn, retag, tagged, where
from sandbox.engine.handlers.spelling import differ, given, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class Ec2Handler(Handler):
    """What all resources with an id of EC2's own have in common: they are found again by tag."""

    identity = frozenset[str]()

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By the tag that the creation left."""
        return created_as(world, name)


class Vpc(Ec2Handler):
    """`aws:ec2/vpc:Vpc`."""

    replace_on = frozenset({"cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A VPC with its main route table, default security group and network ACL."""
        arguments = given(inputs, "cidrBlock", "instanceTenancy")
        vpc = world.ec2.create_vpc(**arguments, TagSpecifications=tagged("vpc", inputs, name))["Vpc"]
        id = vpc["VpcId"]
        self._set_dns(world, id, inputs)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """DNS settings and tags."""
        self._set_dns(world, id, new_inputs)
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once nothing is in it."""
        delete_when_free(world, lambda: world.ec2.delete_vpc(VpcId=id))

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """An existing VPC."""
        with absent_is_fine():
            world.ec2.describe_vpcs(VpcIds=[id])
            return self._outputs(world, id, inputs)
        return None

    def _set_dns(self, world: World, id: str, inputs: Properties) -> None:
        support, hostnames = inputs.get("enableDnsSupport", True), inputs.get("enableDnsHostnames", False)
        world.ec2.modify_vpc_attribute(VpcId=id, EnableDnsSupport={"Value": support})
        world.ec2.modify_vpc_attribute(VpcId=id, EnableDnsHostnames={"Value": hostnames})

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        vpc = world.ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0]
        within, main, default = (
            where("vpc-id", id),
            where("association.main", "true"),
            where("group-name", "default"),
        )
        tables = world.ec2.describe_route_tables(Filters=[within, main])["RouteTables"]
        groups = world.ec2.describe_security_groups(Filters=[within, default])["SecurityGroups"]
        acls = world.ec2.describe_network_acls(Filters=[within])["NetworkAcls"]
        return {
            "enableDnsSupport": True,
            "enableDnsHostnames": False,
            **inputs,
            "cidrBlock": vpc["CidrBlock"],
            "instanceTenancy": vpc["InstanceTenancy"],
            "arn": ec2_arn(world, "vpc", id),
            "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else "",
            "defaultRouteTableId": tables[0]["RouteTableId"],
            "defaultSecurityGroupId": groups[0]["GroupId"],
            "dhcpOptionsId": vpc.get("DhcpOptionsId", ""),
            "mainRouteTableId": tables[0]["RouteTableId"],
            "ownerId": world.account,
            "tagsAll": tags_of(inputs),
        }


class Subnet(Ec2Handler):
    """`aws:ec2/subnet:Subnet`."""

    replace_on = frozenset({"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"})
    identity = frozenset({"vpcId", "cidrBlock"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A subnet in one zone."""
        arguments = given(inputs, "vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId")
        id = world.ec2.create_subnet(**arguments, TagSpecifications=tagged("subnet", inputs, name))["Subnet"][
            "SubnetId"
        ]
        return id, self._changed(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Public addresses, resource names and tags."""
        retag(world, id, old_inputs, new_inputs)
        return self._changed(world, id, old_inputs, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once no interface is in it."""
        delete_when_free(world, lambda: world.ec2.delete_subnet(SubnetId=id))

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """An existing subnet."""
        with absent_is_fine():
            return self._outputs(world, id, inputs)
        return None

    def _changed(self, world: World, id: str, old: Properties, new: Properties) -> Properties:
        if differ(old, new, "mapPublicIpOnLaunch"):
            value = new.get("mapPublicIpOnLaunch", False)
            world.ec2.modify_subnet_attribute(SubnetId=id, MapPublicIpOnLaunch={"Value": value})
        if differ(old, new, "privateDnsHostnameTypeOnLaunch"):
            kind = new.get("privateDnsHostnameTypeOnLaunch", "ip-name")
            world.ec2.modify_subnet_attribute(SubnetId=id, PrivateDnsHostnameTypeOnLaunch=kind)
        if differ(old, new, "enableResourceNameDnsARecordOnLaunch"):
            value = new.get("enableResourceNameDnsARecordOnLaunch", False)
            world.ec2.modify_subnet_attribute(
                SubnetId=id, EnableResourceNameDnsARecordOnLaunch={"Value": value}
            )
        return self._outputs(world, id, new)

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        subnet = world.ec2.describe_subnets(SubnetIds=[id])["Subnets"][0]
        return {
            "mapPublicIpOnLaunch": subnet.get("MapPublicIpOnLaunch", False),
            **inputs,
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet["CidrBlock"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
            "arn": ec2_arn(world, "subnet", id),
            "ownerId": world.account,
            "tagsAll": tags_of(inputs),
        }


class InternetGateway(Ec2Handler):
    """`aws:ec2/internetGateway:InternetGateway`, with its attachment to a VPC."""

    identity = frozenset({"vpcId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A gateway, attached where a VPC is given."""
        specifications = tagged("internet-gateway", inputs, name)
        gateway = world.ec2.create_internet_gateway(TagSpecifications=specifications)["InternetGateway"]
        id = gateway["InternetGatewayId"]
        if "vpcId" in inputs:
            world.ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=inputs["vpcId"])
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another VPC, or tags."""
        if differ(old_inputs, new_inputs, "vpcId"):
            self._detach(world, id)
            if "vpcId" in new_inputs:
                world.ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=new_inputs["vpcId"])
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Detached first; public addresses in the VPC may hold it for a while."""

        def delete() -> None:
            self._detach(world, id)
            world.ec2.delete_internet_gateway(InternetGatewayId=id)

        delete_when_free(world, delete)

    def _detach(self, world: World, id: str) -> None:
        gateways = world.ec2.describe_internet_gateways(InternetGatewayIds=[id])["InternetGateways"]
        for attachment in (attachment for gateway in gateways for attachment in gateway["Attachments"]):
            with absent_is_fine():
                world.ec2.detach_internet_gateway(InternetGatewayId=id, VpcId=attachment["VpcId"])

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        arn = ec2_arn(world, "internet-gateway", id)
        return {**inputs, "arn": arn, "ownerId": world.account, "tagsAll": tags_of(inputs)}
