"""What is answered without an account: data as EC2 has it, assumptions that are said, nothing made up."""

import gzip
import json
import re
import subprocess
import sys
from importlib import resources
from importlib.metadata import version
from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.hardware import InstanceType
from plan.account import OfflineAccount
from plan.region import LISTED_BY, describe, describe_all, offered_zones, zones
from sandbox.engine.errors import SandboxError
from sandbox.engine.stack_files import StackFiles
from tests.knowledge.moto_instance_types import descriptions


def account(region: str = "us-west-2", **settings: Any) -> OfflineAccount:
    config = {f"small:{key}": json.dumps(value) for key, value in settings.items()}
    return OfflineAccount(StackFiles("small", "one", {"aws:region": region, **config}))


def test_a_type_that_is_decoded_alone_is_as_among_all() -> None:
    names = ["p5.48xlarge", "p4d.24xlarge", "g5.8xlarge", "m6i.xlarge", "t3.medium", "trn1.32xlarge"]
    assert [describe(name) for name in names] == [descriptions()[name] for name in names]
    assert describe_all() == descriptions()


def test_a_type_that_does_not_exist_has_no_description() -> None:
    assert describe("p5.48xlrage") is None
    assert describe("p5") is None


def test_zones_are_those_that_offer_the_type() -> None:
    folder = resources.files("moto.ec2.resources") / "instance_type_offerings" / "availability-zone"
    offers = json.loads(gzip.decompress((folder / "eu-west-1.json.gz").read_bytes()))
    expected = {offer["Location"] for offer in offers if offer["InstanceType"] == "g5.8xlarge"}
    assert set(offered_zones("eu-west-1")["g5.8xlarge"]) == expected
    assert zones("eu-west-1") == ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def test_a_region_without_data_has_no_zones_there() -> None:
    assert zones("mars-north-1") == ()


def test_the_day_of_the_list_is_that_of_the_moto_that_is_installed() -> None:
    # Another release: read the day in its wheel (unzip -l), and set both.
    assert version("moto") == LISTED_BY


def test_the_program_gets_an_instance_type_as_pulumi_aws_gives_it() -> None:
    answer = account().invoke("aws:ec2/getInstanceType:getInstanceType", {"instanceType": "p5.48xlarge"})
    assert (answer["efaMaximumInterfaces"], len(answer["networkCards"])) == (32, 32)
    assert answer["memorySize"] == InstanceType.from_description(descriptions()["p5.48xlarge"]).memory_mib


def test_a_type_that_no_list_has_is_offered_nowhere() -> None:
    filters = [{"name": "instance-type", "values": ["p5.48xlarge", "no.such"]}]
    token = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"
    asked = account("ca-west-1", provisioners=[{"name": "a", "instanceTypes": ["m6i.xlarge", "no.such"]}])
    only_no_such = [{"name": "instance-type", "values": ["no.such"]}]
    assert asked.invoke(token, {"filters": only_no_such})["locations"] == []
    assert account().invoke(token, {"filters": filters})["locations"]


def test_efa_types_can_be_listed_to_suggest_one() -> None:
    filters = [{"name": "network-info.efa-supported", "values": ["true"]}]
    token = "aws:ec2/getInstanceTypes:getInstanceTypes"
    with_efa = account().invoke(token, {"filters": filters})["instanceTypes"]
    assert "p5.48xlarge" in with_efa
    assert "t3.medium" not in with_efa
    assert "t3.medium" in account().invoke(token, {})["instanceTypes"]


def test_images_and_addon_versions_are_left_to_the_deployment() -> None:
    asked = account()
    assert asked.invoke("aws:ssm/getParameter:getParameter", {"name": "/x"})["value"] == "${parameter /x}"
    addon = {"addonName": "coredns", "kubernetesVersion": "1.35"}
    found = asked.invoke("aws:eks/getAddonVersion:getAddonVersion", addon)
    assert found["version"] == "${default coredns for Kubernetes 1.35}"
    assert asked.assumptions == frozenset()


def test_what_the_settings_say_exists_is_assumed_and_said() -> None:
    asked = account(
        network={"existing": {"vpcId": "vpc-1", "privateSubnetIds": {"us-west-2a": "subnet-a"}}},
        provisioners=[{"name": "p5", "instanceTypes": ["p5.48xlarge"], "reservationIds": ["cr-1"]}],
    )
    subnet = asked.invoke("aws:ec2/getSubnet:getSubnet", {"id": "subnet-a"})
    assert (subnet["vpcId"], subnet["availabilityZone"]) == ("vpc-1", "us-west-2a")
    asked.invoke("aws:ec2/getVpc:getVpc", {"id": "vpc-1"})
    asked.invoke("aws:ec2/getKeyPair:getKeyPair", {"keyName": "mine"})
    token = "aws:ec2/getCapacityBlockReservation:getCapacityBlockReservation"
    assert asked.invoke(token, {"id": "cr-1"})["instanceType"] == "p5.48xlarge"
    assert asked.assumptions == {
        "subnet subnet-a is in us-west-2a and has room for all nodes",
        "VPC vpc-1 exists, with room for its subnets",
        "key pair mine exists",
        "reservation cr-1 fits p5",
    }


ADOPTS = {"name": "legacy", "existing": {"systemNodeGroup": "default"}}


def ask(asked: OfflineAccount, function: str, /, **arguments: Any) -> Any:
    return asked.invoke(f"aws:{function}:{function.rpartition('/')[2]}", arguments)


def test_a_cluster_that_is_adopted_is_assumed_to_be_there_and_to_be_as_it_must() -> None:
    asked = account(cluster=ADOPTS)
    cluster = ask(asked, "eks/getCluster", name="legacy")
    assert (cluster["status"], cluster["version"]) == ("ACTIVE", "1.35")
    assert ask(asked, "eks/getNodeGroups", clusterName="legacy")["names"] == ["default"]
    group = ask(asked, "eks/getNodeGroup", clusterName="legacy", nodeGroupName="default")
    assert (group["status"], group["taints"]) == ("ACTIVE", [])
    ask(asked, "eks/getAddon", clusterName="legacy", addonName="vpc-cni")
    assert asked.assumptions == {
        "cluster legacy exists, is active, takes access entries and has IPv4",
        "cluster legacy runs Kubernetes 1.35",
        "Services of cluster legacy are in 172.20.0.0/16",
        "cluster legacy has one private subnet a zone; VPC and subnets have made-up ids here",
        "node group default of cluster legacy has nodes enough for Karpenter, and no taint or security group "
        "of its own",
        "cluster legacy has the addon vpc-cni, without settings or a role of its own",
    }


def test_what_the_settings_say_of_an_adopted_cluster_is_believed_and_not_said_again() -> None:
    existing = {"vpcId": "vpc-1", "privateSubnetIds": {"us-west-2c": "subnet-c", "us-west-2d": "subnet-d"}}
    asked = account(
        cluster={**ADOPTS, "version": "1.34", "serviceCidr": "10.100.0.0/16"},
        network={"existing": existing},
    )
    cluster = ask(asked, "eks/getCluster", name="legacy")
    assert cluster["version"] == "1.34"
    assert cluster["kubernetesNetworkConfigs"] == [{"ipFamily": "ipv4", "serviceIpv4Cidr": "10.100.0.0/16"}]
    assert (cluster["vpcConfig"]["vpcId"], cluster["vpcConfig"]["subnetIds"]) == (
        "vpc-1",
        ["subnet-c", "subnet-d"],
    )
    assert asked.assumptions == {"cluster legacy exists, is active, takes access entries and has IPv4"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((), ["us-west-2a", "us-west-2b"]),
        (("us-west-2c",), ["us-west-2a", "us-west-2c"]),
        (("us-west-2b", "us-west-2c", "us-west-2d"), ["us-west-2b", "us-west-2c", "us-west-2d"]),
        (("us-west-2z",), ["us-west-2a", "us-west-2z"]),
        (("usw2-az1", "us-east-1a"), ["us-west-2a", "us-west-2b"]),
    ],
)
def test_subnets_that_nobody_named_are_where_pools_want_them(wanted: Any, expected: list[str]) -> None:
    asked = account(cluster=ADOPTS, provisioners=[{"name": zone, "zone": zone} for zone in wanted])
    vpc = ask(asked, "eks/getCluster", name="legacy")["vpcConfig"]
    assert all(re.fullmatch(r"subnet-[0-9a-f]{17}", id) for id in vpc["subnetIds"])
    subnets = [ask(asked, "ec2/getSubnet", id=id) for id in vpc["subnetIds"]]
    assert [subnet["availabilityZone"] for subnet in subnets] == expected
    assert {subnet["vpcId"] for subnet in subnets} == {vpc["vpcId"]}
    assert all(ask(asked, "ec2/getRouteTable", subnetId=id)["routes"] == [] for id in vpc["subnetIds"])


def test_six_subnets_have_ranges_of_their_own() -> None:
    subnets = {f"us-east-1{letter}": f"subnet-{letter}" for letter in "abcdef"}
    asked = account("us-east-1", network={"existing": {"vpcId": "vpc-1", "privateSubnetIds": subnets}})
    ranges = [ip_network(ask(asked, "ec2/getSubnet", id=id)["cidrBlock"]) for id in subnets.values()]
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))


def test_a_cluster_that_the_stack_makes_is_planned_as_for_the_first_time() -> None:
    with pytest.raises(SandboxError, match=r"reading EKS Cluster \(train\): couldn't find resource"):
        ask(account(cluster={"name": "train"}), "eks/getCluster", name="train")


@pytest.mark.parametrize(
    "settings", [{}, {"network": []}, {"network": {"existing": 5}}, {"provisioners": "p5"}, {"cluster": 5}]
)
def test_settings_that_are_malformed_are_left_to_the_program(settings: dict[str, Any]) -> None:
    with pytest.raises(SandboxError, match="no setting says what this subnet is"):
        account(**settings).invoke("aws:ec2/getSubnet:getSubnet", {"id": "subnet-a"})


def test_what_only_an_account_can_tell_is_refused() -> None:
    with pytest.raises(SandboxError, match="only an account can answer this"):
        account().invoke("aws:route53/getZone:getZone", {})


def test_moto_itself_is_not_imported() -> None:
    code = "import sys, plan.run, plan.region as r; r.zones('us-west-2'); print('moto' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


OFFERINGS = "ec2/getInstanceTypeOfferings"


def zones_of(asked: OfflineAccount, name: str) -> set[str]:
    return set(ask(asked, OFFERINGS, filters=[{"name": "instance-type", "values": [name]}])["locations"])


@given(st.sampled_from(sorted(descriptions())), st.sampled_from(["us-west-2", "eu-south-1", "cn-north-1"]))
def test_whatever_type_is_wanted_in_whatever_region_it_is_there(name: str, region: str) -> None:
    asked = account(region, provisioners=[{"name": "a", "instanceTypes": [name], "zone": f"{region}b"}])
    assert f"{region}b" in zones_of(asked, name)
    assert bool(asked.doubts) != (f"{region}b" in offered_zones(region).get(name, ()))


def test_system_nodes_are_offered_wherever_the_stack_has_a_zone() -> None:
    pool = {"name": "a", "instanceType": "p4d.24xlarge"}
    network = {"zones": ["us-west-2a", "us-west-2f"]}
    for system in (None, {"instanceTypes": ["p4d.24xlarge", "m6i.xlarge"]}):
        asked = account(nodeGroups=[pool], network=network, systemNodes=system)
        assert {"us-west-2a", "us-west-2f"} <= zones_of(asked, "m6i.xlarge")
        assert ("us-west-2f" in zones_of(asked, "p4d.24xlarge")) == bool(system)


def test_what_the_list_has_is_not_doubted() -> None:
    asked = account(nodeGroups=[{"name": "a", "instanceType": "p4d.24xlarge"}])
    assert zones_of(asked, "p4d.24xlarge") == set(offered_zones("us-west-2")["p4d.24xlarge"])
    assert asked.doubts == frozenset()


def test_the_partition_is_that_of_the_region() -> None:
    asked = account("us-gov-west-1")
    assert asked.invoke("aws:index/getPartition:getPartition", {})["partition"] == "aws-us-gov"
    arn = asked.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})["arn"]
    assert arn.startswith("arn:aws-us-gov:iam::")
