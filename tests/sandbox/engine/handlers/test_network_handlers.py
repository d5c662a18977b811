import pytest
from botocore.exceptions import ClientError

from sandbox.engine.errors import SandboxError
from sandbox.engine.world import PROGRESS, World
from tests.sandbox.engine.handlers.scenario import make, subnet, vpc


def test_a_vpc_tells_what_came_with_it(world: World) -> None:
    made = vpc(world)
    table = world.ec2.describe_route_tables(RouteTableIds=[made.outputs["mainRouteTableId"]])["RouteTables"][
        0
    ]
    assert table["VpcId"] == made.id
    group = world.ec2.describe_security_groups(GroupIds=[made.outputs["defaultSecurityGroupId"]])
    assert group["SecurityGroups"][0]["GroupName"] == "default"
    assert made.outputs["arn"] == f"arn:aws:ec2:us-west-2:123456789012:vpc/{made.id}"
    assert (made.outputs["enableDnsSupport"], made.outputs["enableDnsHostnames"]) == (True, False)


def test_dns_settings_reach_the_vpc(world: World) -> None:
    made = make(world, "aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)
    found = world.ec2.describe_vpc_attribute(VpcId=made.id, Attribute="enableDnsHostnames")
    assert found["EnableDnsHostnames"]["Value"] is True


def test_deleting_something_in_use_says_what_holds_it(world: World) -> None:
    network = vpc(world)
    inside = subnet(world, network.id)
    told: list[str] = []
    token = PROGRESS.set(told.append)
    try:
        with pytest.raises(
            SandboxError, match="has dependencies and cannot be deleted: still waiting after 60 s; see"
        ):
            network.delete()
    finally:
        PROGRESS.reset(token)
    assert told[0].startswith("waiting for The vpc")
    inside.delete()
    network.delete()


def test_an_internet_gateway_can_move_to_another_vpc(world: World) -> None:
    first, second = vpc(world), vpc(world)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=first.id)
    gateway.update(vpcId=second.id)
    found = world.ec2.describe_internet_gateways(InternetGatewayIds=[gateway.id])["InternetGateways"][0]
    assert [attachment["VpcId"] for attachment in found["Attachments"]] == [second.id]


def test_subnet_settings_are_set_and_taken_back(world: World) -> None:
    made = subnet(world, vpc(world).id)
    assert made.outputs["availabilityZoneId"].startswith("usw2-az")
    assert made.update(mapPublicIpOnLaunch=True, enableResourceNameDnsARecordOnLaunch=True)
    found = world.ec2.describe_subnets(SubnetIds=[made.id])["Subnets"][0]
    assert found["MapPublicIpOnLaunch"] is True
    assert made.update(mapPublicIpOnLaunch=None)["mapPublicIpOnLaunch"] is False


def test_a_nat_gateway_tells_its_address(world: World) -> None:
    address = make(world, "aws:ec2/eip:Eip", domain="vpc")
    inside = subnet(world, vpc(world).id)
    gateway = make(world, "aws:ec2/natGateway:NatGateway", subnetId=inside.id, allocationId=address.id)
    assert gateway.outputs["publicIp"] == address.outputs["publicIp"]
    gateway.delete()
    address.delete()


def test_a_route_is_pointed_elsewhere_and_made_over_one_that_a_killed_run_left(world: World) -> None:
    network = vpc(world)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=network.id)
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id)
    asked = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    route = make(world, "aws:ec2/route:Route", **asked)
    assert make(world, "aws:ec2/route:Route", **asked).id == route.id
    route.delete()
    routes = world.ec2.describe_route_tables(RouteTableIds=[table.id])["RouteTables"][0]["Routes"]
    assert [found["DestinationCidrBlock"] for found in routes] == ["10.0.0.0/16"]


def test_routes_given_in_a_table_come_and_go(world: World) -> None:
    network = vpc(world)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=network.id)
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    other = {"cidrBlock": "192.168.0.0/16", "gatewayId": gateway.id}
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id, routes=[out])
    table.update(routes=[other])
    routes = world.ec2.describe_route_tables(RouteTableIds=[table.id])["RouteTables"][0]["Routes"]
    assert {found["DestinationCidrBlock"] for found in routes} == {"10.0.0.0/16", "192.168.0.0/16"}


def test_an_interface_endpoint_follows_its_subnets(world: World) -> None:
    network = vpc(world)
    one, two = subnet(world, network.id), subnet(world, network.id, "b", "10.0.1.0/24")
    group = make(world, "aws:ec2/securityGroup:SecurityGroup", vpcId=network.id)
    endpoint = make(
        world,
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        vpcId=network.id,
        serviceName="com.amazonaws.us-west-2.sqs",
        vpcEndpointType="Interface",
        privateDnsEnabled=True,
        subnetIds=[one.id],
        securityGroupIds=[group.id],
    )
    endpoint.update(subnetIds=[two.id])
    found = world.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint.id])["VpcEndpoints"][0]
    assert found["SubnetIds"] == [two.id]
    assert endpoint.outputs["dnsEntries"]


def test_what_aws_refuses_is_passed_on(world: World) -> None:
    network = vpc(world)
    subnet(world, network.id)
    with pytest.raises(ClientError, match=r"InvalidSubnet\.Conflict"):
        subnet(world, network.id)
