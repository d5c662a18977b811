"""The stranger's script: what it makes, that it makes nothing twice, and that it can be killed anywhere."""

from typing import Any

import pytest

from sandbox.stranger.account import Account
from sandbox.stranger.aws_picture import aws_picture
from sandbox.stranger.making import described, make, waits_for
from sandbox.stranger.names import CLUSTER
from tests.sandbox.stranger.fake_kubernetes import FakeKubernetes

PODS = "/api/v1/namespaces/web/pods"


def run(account: Account, kubernetes: FakeKubernetes) -> tuple[str, ...]:
    return make(account, kubernetes, lambda _: None)


def routes_of(account: Account, subnet_id: str) -> list[str]:
    """Where a subnet's packets for anywhere go."""
    by_subnet: Any = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    (table,) = account.ec2.describe_route_tables(Filters=by_subnet)["RouteTables"]
    return [
        route.get("GatewayId") or route.get("NatGatewayId", "")
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == "0.0.0.0/0"
    ]


def test_the_cluster_is_in_private_and_public_subnets_of_two_zones(
    account: Account, kubernetes: FakeKubernetes
) -> None:
    run(account, kubernetes)
    cluster = account.eks.describe_cluster(name=CLUSTER)["cluster"]
    ids = cluster["resourcesVpcConfig"]["subnetIds"]
    zones = {each["AvailabilityZone"] for each in account.ec2.describe_subnets(SubnetIds=ids)["Subnets"]}
    assert (len(ids), zones) == (4, {"us-west-2a", "us-west-2b"})
    ways_out = sorted(way_out[:4] for subnet_id in ids for way_out in routes_of(account, subnet_id))
    assert ways_out == ["igw-", "igw-", "nat-", "nat-"]
    assert cluster["accessConfig"]["authenticationMode"] == "API_AND_CONFIG_MAP"
    assert cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"


def test_addons_are_of_the_versions_that_eks_recommends(account: Account, kubernetes: FakeKubernetes) -> None:
    run(account, kubernetes)
    for name in account.eks.list_addons(clusterName=CLUSTER)["addons"]:
        addon = account.eks.describe_addon(clusterName=CLUSTER, addonName=name)["addon"]
        known = account.eks.describe_addon_versions(addonName=name, kubernetesVersion="1.35")["addons"]
        recommended = [
            version["addonVersion"]
            for version in known[0]["addonVersions"]
            if version["compatibilities"][0]["defaultVersion"]
        ]
        assert [addon["addonVersion"]] == recommended


def test_nodes_are_in_private_subnets(account: Account, kubernetes: FakeKubernetes) -> None:
    run(account, kubernetes)
    instances = [
        instance
        for reservation in account.ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
    ]
    assert [each["InstanceType"] for each in instances] == ["m6i.xlarge", "m6i.xlarge"]
    assert all(routes_of(account, each["SubnetId"])[0].startswith("nat-") for each in instances)


def test_nothing_bears_a_mark_of_this_project(account: Account, kubernetes: FakeKubernetes) -> None:
    run(account, kubernetes)
    text = str(aws_picture(account)) + str(kubernetes.objects)
    assert "eks-efa" not in text
    assert "karpenter" not in text


def test_a_second_run_makes_nothing(account: Account, kubernetes: FakeKubernetes) -> None:
    assert len(run(account, kubernetes)) > 20
    before = aws_picture(account), dict(kubernetes.objects)
    assert run(account, kubernetes) == ()
    assert (aws_picture(account), kubernetes.objects) == before


def test_only_what_is_missing_is_made_again(account: Account, kubernetes: FakeKubernetes) -> None:
    run(account, kubernetes)
    account.eks.delete_addon(clusterName=CLUSTER, addonName="coredns")
    assert run(account, kubernetes) == ("addon coredns",)


class KilledError(Exception):
    """The script is no more."""


@pytest.mark.timeout(120)
def test_a_script_that_is_killed_after_each_thing_it_makes_makes_each_thing_once(
    account: Account, kubernetes: FakeKubernetes
) -> None:
    killing = True

    def kill_after(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
        makes = model.name.startswith(("Create", "Allocate", "Associate", "AttachInternetGateway"))
        if killing and makes:
            raise KilledError

    for client in (account.ec2, account.eks, account.iam):
        client.meta.events.register("after-call", kill_after)
    kills = 0
    while True:
        try:
            run(account, kubernetes)
            break
        except KilledError:
            kills += 1
            assert kills < 50
    killing = False
    assert kills > 20
    kinds = [name.split()[0] for name in aws_picture(account)]
    there_before = {"VPC": 1, "subnet": 4, "cluster": 0, "NAT": 0, "address": 0}  # a default VPC
    expected = {"VPC": 1, "subnet": 4, "cluster": 1, "NAT": 1, "address": 1}
    assert {kind: kinds.count(kind) - there_before[kind] for kind in expected} == expected


def test_it_has_come_to_rest_once_its_nodes_and_pods_are_there(
    account: Account, kubernetes: FakeKubernetes
) -> None:
    run(account, kubernetes)
    assert waits_for(account, kubernetes) == "0 of 2 nodes are there"
    for name in ("one", "two"):
        kubernetes.create("/api/v1/nodes", {"metadata": {"name": name}})
        kubernetes.create(PODS, {"metadata": {"name": name}, "status": {"phase": "Pending"}})
    assert waits_for(account, kubernetes) == "0 of 2 pods run"
    for name in ("one", "two"):
        kubernetes.objects[f"{PODS}/{name}"]["status"]["phase"] = "Running"
    assert waits_for(account, kubernetes) is None


def test_whoever_is_to_adopt_it_is_told_what_there_is(account: Account, kubernetes: FakeKubernetes) -> None:
    run(account, kubernetes)
    told = described(account)
    assert told["Cluster"] == "legacy, Kubernetes 1.35, us-west-2"
    assert told["Node group"] == "default: 2 x m6i.xlarge"
    private = dict(each.split(": ") for each in told["Private subnets"].split(", "))
    assert list(private) == ["us-west-2a", "us-west-2b"]
    assert all(routes_of(account, subnet_id)[0].startswith("nat-") for subnet_id in private.values())
