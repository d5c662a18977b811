"""Functions answer with the fields that the SDK's result classes have, from the emulated AWS."""

import importlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.engine.errors import SandboxError
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.values import Properties
from sandbox.engine.world import World
from tests.sandbox.engine.functions.existing_cluster import existing_cluster
from tests.sandbox.engine.handlers.scenario import make, role, subnet, unique, vpc


def result_class(token: str) -> Any:
    """`aws:ec2/getVpc:getVpc` is answered by `pulumi_aws.ec2.GetVpcResult`."""
    package, module, name = token.split(":")
    service = module.partition("/")[0]
    path = f"pulumi_{package}" if service == "index" else f"pulumi_{package}.{service}"
    return getattr(importlib.import_module(path), f"{name[0].upper()}{name[1:]}Result")


IMAGE = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id"

LEFT_OUT = {
    # outposts, IPv6 and other networks that this program has nothing to do with
    "aws:ec2/getSubnet:getSubnet": {
        "customerOwnedIpv4Pool",
        "enableDns64",
        "enableLniAtDeviceIndex",
        "enableResourceNameDnsARecordOnLaunch",
        "enableResourceNameDnsAaaaRecordOnLaunch",
        "ipv6CidrBlock",
        "ipv6CidrBlockAssociationId",
        "mapCustomerOwnedIpOnLaunch",
        "outpostArn",
        "privateDnsHostnameTypeOnLaunch",
    },
    # everything of an instance but what it is launched as and which security groups it has
    "aws:ec2/getLaunchTemplate:getLaunchTemplate": {
        "blockDeviceMappings",
        "capacityReservationSpecifications",
        "cpuOptions",
        "creditSpecifications",
        "disableApiStop",
        "disableApiTermination",
        "ebsOptimized",
        "enclaveOptions",
        "hibernationOptions",
        "iamInstanceProfiles",
        "instanceInitiatedShutdownBehavior",
        "instanceMarketOptions",
        "instanceRequirements",
        "kernelId",
        "licenseSpecifications",
        "maintenanceOptions",
        "metadataOptions",
        "monitorings",
        "networkPerformanceOptions",
        "placements",
        "privateDnsNameOptions",
        "ramDiskId",
        "secondaryInterfaces",
        "tagSpecifications",
    },
}


def call(world: World, token: str, **arguments: object) -> Properties:
    return FUNCTIONS[token](world, dict(arguments))


def capacity_block(world: World) -> str:
    """The id of one that is bought, for an instance."""
    (offer, *_) = world.ec2.describe_capacity_block_offerings(
        InstanceType="p5.48xlarge", InstanceCount=1, CapacityDurationHours=24
    )["CapacityBlockOfferings"]
    bought = world.ec2.purchase_capacity_block(
        CapacityBlockOfferingId=offer["CapacityBlockOfferingId"], InstancePlatform="Linux/UNIX"
    )
    return bought["CapacityReservation"]["CapacityReservationId"]


def key_pair(world: World) -> str:
    """The name of a new one."""
    return world.ec2.create_key_pair(KeyName=unique("key"))["KeyName"]


def arguments_about_a_cluster(world: World, name: str) -> Properties:
    """Arguments with which a function finds something of a cluster that has an addon and a node group."""
    made = existing_cluster(world)
    if name == "getCluster":
        return {"name": made}
    if name == "getAccessEntry":
        principal = role(world).outputs["arn"]
        world.eks.create_access_entry(clusterName=made, principalArn=principal)
        return {"clusterName": made, "principalArn": principal}
    further = {"getAddon": {"addonName": "vpc-cni"}, "getNodeGroup": {"nodeGroupName": "default"}}
    return {"clusterName": made, **further.get(name, {})}


def arguments_of(world: World, token: str) -> Properties:
    """Arguments with which a function finds something."""
    name = token.rpartition(":")[2]
    if name in ("getVpc", "getSubnet", "getSubnets", "getSecurityGroup"):
        network = vpc(world)
        inside = subnet(world, network.id)
        mine = [{"name": "vpc-id", "values": [network.id]}]
        group = network.outputs["defaultSecurityGroupId"]
        ids = {"getVpc": network.id, "getSubnet": inside.id, "getSecurityGroup": group}
        return {"id": ids[name]} if name in ids else {"filters": mine}
    if name == "getSessionContext":
        assumed = role(world).outputs["name"]
        return {"arn": f"arn:aws:sts::123456789012:assumed-role/{assumed}/alice"}
    if name == "getRouteTable":
        return {"vpcId": vpc(world).id}
    if name in ("getCluster", "getAddon", "getNodeGroup", "getNodeGroups", "getAccessEntry"):
        return arguments_about_a_cluster(world, name)
    if name == "getCapacityBlockReservation":
        return {"id": capacity_block(world)}
    if name == "getLaunchTemplate":
        return {"id": make(world, "aws:ec2/launchTemplate:LaunchTemplate").id}
    if name == "getKeyPair":
        return {"keyName": key_pair(world)}
    return {
        "getInstanceType": {"instanceType": "p5.48xlarge"},
        "getAddonVersion": {"addonName": "coredns", "kubernetesVersion": "1.35"},
        "getParameter": {"name": IMAGE},
    }.get(name, {})


@pytest.mark.parametrize("token", FUNCTIONS)
def test_a_result_has_the_fields_that_the_sdk_reads(world: World, token: str) -> None:
    getters: list[Any] = [
        value.fget for value in vars(result_class(token)).values() if isinstance(value, property)
    ]
    names = {getattr(getter, "_pulumi_name", getter.__name__) for getter in getters}
    optional = {
        getattr(getter, "_pulumi_name", getter.__name__)
        for getter in getters
        if "Optional" in str(getter.__annotations__["return"])
    }
    answer = call(world, token, **arguments_of(world, token))
    assert set(answer) <= names
    assert names - optional - LEFT_OUT.get(token, set()) <= set(answer)


def test_an_instance_type_is_described_as_ec2_describes_it(world: World) -> None:
    found = call(world, "aws:ec2/getInstanceType:getInstanceType", instanceType="p4d.24xlarge")
    assert (found["efaSupported"], found["efaMaximumInterfaces"], found["maximumNetworkCards"]) == (
        True,
        4,
        4,
    )
    assert found["gpuses"] == [{"count": 8, "manufacturer": "NVIDIA", "memorySize": 40960, "name": "A100"}]
    assert [card["index"] for card in found["networkCards"]] == [0, 1, 2, 3]
    assert (found["defaultVcpus"], found["memorySize"]) == (96, 1179648)
    assert "cluster" in found["supportedPlacementStrategies"]
    assert call(world, "aws:ec2/getInstanceType:getInstanceType", instanceType="m6i.xlarge")["gpuses"] == []


def test_zones_come_by_name_with_their_ids_and_can_be_left_out(world: World) -> None:
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    found = call(world, token, state="available")
    assert found["names"] == sorted(found["names"])
    assert len(found["names"]) == len(found["zoneIds"]) >= 3
    fewer = call(world, token, excludeNames=[found["names"][0]], excludeZoneIds=[found["zoneIds"][1]])
    assert fewer["names"] == found["names"][2:]


def test_offerings_tell_where_a_type_can_be_had(world: World) -> None:
    by_type = [{"name": "instance-type", "values": ["p4d.24xlarge"]}]
    token = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"
    found = call(world, token, locationType="availability-zone", filters=by_type)
    assert set(found["instanceTypes"]) == {"p4d.24xlarge"}
    assert all(location.startswith("us-west-2") for location in found["locations"])


def test_instance_types_can_be_filtered(world: World) -> None:
    with_efa = [{"name": "network-info.efa-supported", "values": ["true"]}]
    names = call(world, "aws:ec2/getInstanceTypes:getInstanceTypes", filters=with_efa)["instanceTypes"]
    assert "p5.48xlarge" in names
    assert "t3.micro" not in names


def test_networks_are_found_by_tags_and_by_what_they_are(world: World) -> None:
    network = make(world, "aws:ec2/vpc:Vpc", cidrBlock="10.9.0.0/16", tags={"who": "test-networks"})
    inside = subnet(world, network.id, block="10.9.1.0/24")
    found = call(world, "aws:ec2/getVpc:getVpc", tags={"who": "test-networks"})
    assert (found["id"], found["cidrBlock"], found["tags"]["who"]) == (
        network.id,
        "10.9.0.0/16",
        "test-networks",
    )
    assert found["cidrBlockAssociations"][0]["cidrBlock"] == "10.9.0.0/16"
    listed = call(
        world, "aws:ec2/getSubnets:getSubnets", filters=[{"name": "vpc-id", "values": [network.id]}]
    )
    assert listed["ids"] == [inside.id]
    by_block = call(world, "aws:ec2/getSubnet:getSubnet", vpcId=network.id, cidrBlock="10.9.1.0/24")
    assert by_block["availabilityZone"] == "us-west-2a"
    group = call(world, "aws:ec2/getSecurityGroup:getSecurityGroup", vpcId=network.id, name="default")
    assert group["id"] == network.outputs["defaultSecurityGroupId"]


def test_nothing_found_is_told_in_the_providers_words(world: World) -> None:
    with pytest.raises(SandboxError, match="no matching EC2 VPC found"):
        call(world, "aws:ec2/getVpc:getVpc", tags={"who": "nobody"})
    with pytest.raises(ClientError, match=r"InvalidVpcID\.NotFound"):
        call(world, "aws:ec2/getVpc:getVpc", id="vpc-0123456789abcdef0")
    with pytest.raises(ClientError, match="ParameterNotFound"):
        call(world, "aws:ssm/getParameter:getParameter", name="/nothing/here")


def test_a_key_pair_is_found_by_its_name(world: World) -> None:
    name = key_pair(world)
    assert call(world, "aws:ec2/getKeyPair:getKeyPair", keyName=name)["keyName"] == name
    with pytest.raises(ClientError, match=r"InvalidKeyPair\.NotFound"):
        call(world, "aws:ec2/getKeyPair:getKeyPair", keyName="nobody's")


def test_a_capacity_block_is_found_by_its_id_and_no_other_reservation_is(world: World) -> None:
    token = "aws:ec2/getCapacityBlockReservation:getCapacityBlockReservation"
    found = call(world, token, id=capacity_block(world))
    assert (found["instanceType"], found["availabilityZone"], found["state"]) == (
        "p5.48xlarge",
        "us-west-2a",
        "active",
    )
    other = world.ec2.create_capacity_reservation(
        InstanceType="p4d.24xlarge",
        InstancePlatform="Linux/UNIX",
        AvailabilityZone="us-west-2a",
        InstanceCount=1,
    )["CapacityReservation"]["CapacityReservationId"]
    with pytest.raises(SandboxError, match="no matching EC2 Capacity Block Reservation found"):
        call(world, token, id=other)
    with pytest.raises(ClientError, match=r"InvalidCapacityReservationId\.NotFound"):
        call(world, token, id="cr-00000000000000000")


def test_an_addon_has_a_default_version_and_a_newest(world: World) -> None:
    token = "aws:eks/getAddonVersion:getAddonVersion"
    default = call(world, token, addonName="vpc-cni", kubernetesVersion="1.35")["version"]
    newest = call(world, token, addonName="vpc-cni", kubernetesVersion="1.35", mostRecent=True)["version"]
    assert default.startswith("v1.")
    assert newest.startswith("v1.")


class NoAddons:
    def describe_addon_versions(self, **asked: str) -> Properties:
        return {"addons": []}


def test_an_addon_that_eks_has_not_is_told_in_the_providers_words(world: World) -> None:
    world.__dict__["eks"] = NoAddons()
    with pytest.raises(SandboxError, match=r"couldn't find resource: no version of x for Kubernetes 9\.9"):
        call(world, "aws:eks/getAddonVersion:getAddonVersion", addonName="x", kubernetesVersion="9.9")
