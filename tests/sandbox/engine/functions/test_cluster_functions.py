"""A cluster that exists is told as the provider tells it, and so is one that does not."""

import pytest

from sandbox.engine.errors import SandboxError
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.values import Properties
from sandbox.engine.world import World
from tests.sandbox.engine.functions.existing_cluster import existing_cluster
from tests.sandbox.engine.handlers.scenario import make, subnet, vpc


def call(world: World, token: str, **arguments: object) -> Properties:
    return FUNCTIONS[token](world, dict(arguments))


def route_table(world: World, **arguments: object) -> Properties:
    return call(world, "aws:ec2/getRouteTable:getRouteTable", **arguments)


def test_a_cluster_tells_where_it_is_and_who_gets_in_by_what(world: World) -> None:
    name = existing_cluster(world)
    found = call(world, "aws:eks/getCluster:getCluster", name=name)
    described = world.eks.describe_cluster(name=name)["cluster"]["resourcesVpcConfig"]
    assert (found["status"], found["version"], found["tags"]) == ("ACTIVE", "1.34", {"team": "web"})
    assert found["vpcConfig"]["vpcId"] == described["vpcId"]
    assert found["vpcConfig"]["subnetIds"] == described["subnetIds"]
    assert found["vpcConfig"]["clusterSecurityGroupId"] == described["clusterSecurityGroupId"]
    (network,) = found["kubernetesNetworkConfigs"]
    assert (network["serviceIpv4Cidr"], network["ipFamily"]) == ("10.100.0.0/16", "ipv4")
    assert [each["authenticationMode"] for each in found["accessConfigs"]] == ["API_AND_CONFIG_MAP"]
    issuer = found["identities"][0]["oidcs"][0]["issuer"]
    assert issuer.startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")


def test_an_addon_tells_its_version_and_what_it_was_configured_with(world: World) -> None:
    name = existing_cluster(world)
    found = call(world, "aws:eks/getAddon:getAddon", clusterName=name, addonName="vpc-cni")
    assert found["addonVersion"].startswith("v1.")
    assert found["configurationValues"] == '{"enableNetworkPolicy": "true"}'


def test_an_addon_without_configuration_has_an_empty_one(world: World) -> None:
    name = existing_cluster(world)
    world.eks.create_addon(clusterName=name, addonName="coredns")
    found = call(world, "aws:eks/getAddon:getAddon", clusterName=name, addonName="coredns")
    assert found["configurationValues"] == ""


def test_a_node_group_tells_its_size_its_types_and_its_taints(world: World) -> None:
    name = existing_cluster(world)
    assert call(world, "aws:eks/getNodeGroups:getNodeGroups", clusterName=name)["names"] == ["default"]
    token = "aws:eks/getNodeGroup:getNodeGroup"
    found = call(world, token, clusterName=name, nodeGroupName="default")
    assert found["scalingConfigs"] == [{"desiredSize": 2, "maxSize": 4, "minSize": 2}]
    assert (found["status"], found["instanceTypes"]) == ("ACTIVE", ["m6i.xlarge"])
    assert found["taints"] == [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}]
    assert found["tags"] == {"team": "web"}


def test_what_is_not_there_is_told_in_the_providers_words(world: World) -> None:
    name = existing_cluster(world)
    with pytest.raises(SandboxError, match=r"reading EKS Cluster \(nobody's\): couldn't find resource"):
        call(world, "aws:eks/getCluster:getCluster", name="nobody's")
    with pytest.raises(SandboxError, match=rf"reading EKS Add-On \({name}:coredns\): couldn't find resource"):
        call(world, "aws:eks/getAddon:getAddon", clusterName=name, addonName="coredns")
    token = "aws:eks/getNodeGroup:getNodeGroup"
    with pytest.raises(SandboxError, match=rf"reading EKS Node Group \({name}:x\): couldn't find resource"):
        call(world, token, clusterName=name, nodeGroupName="x")


def test_a_subnets_own_route_table_tells_its_way_out(world: World) -> None:
    network = vpc(world)
    inside = subnet(world, network.id)
    gateway = make(world, "aws:ec2/internetGateway:InternetGateway", vpcId=network.id)
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    table = make(world, "aws:ec2/routeTable:RouteTable", vpcId=network.id)
    world.ec2.create_route(
        RouteTableId=table.id, DestinationCidrBlock=out["cidrBlock"], GatewayId=out["gatewayId"]
    )
    world.ec2.associate_route_table(RouteTableId=table.id, SubnetId=inside.id)
    found = route_table(world, subnetId=inside.id)
    assert (found["routeTableId"], found["subnetId"], found["vpcId"]) == (table.id, inside.id, network.id)
    # The route of the VPC itself is none of them, as with the provider.
    assert [{key: route[key] for key in out} for route in found["routes"]] == [out]
    assert [(each["subnetId"], each["main"]) for each in found["associations"]] == [(inside.id, False)]


def test_a_subnet_that_goes_by_the_main_route_table_has_none_of_its_own(world: World) -> None:
    network = vpc(world)
    inside = subnet(world, network.id)
    with pytest.raises(SandboxError, match="query returned no results"):
        route_table(world, subnetId=inside.id)
    is_main = {"name": "association.main", "values": ["true"]}
    main = route_table(world, vpcId=network.id, filters=[is_main])
    assert main["routeTableId"] == network.outputs["mainRouteTableId"]
    assert main["routes"] == []
