"""Adopting a cluster: what is looked up, and every way in which it cannot be done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from knowledge.discovery import DISCOVERY_TAG, TAGGED_BY_TAG
from knowledge.node_names import STACK_TAG
from settings.cluster_facts import AddonFacts, SecurityGroupFacts
from settings.examine import Surroundings, examine
from settings.facts import SubnetFacts
from settings.faults import Fault
from tests.settings.bad_settings import REGION, Case, check, lines_of, settings_of, spoilt
from tests.settings.existing_clusters import DEFAULT_GROUP, GROUP_ID, LEGACY, PRIVATE, PUBLIC, VPC_ID
from tests.settings.region_table import RegionTable

GOOD: dict[str, Any] = {
    "cluster": {"name": "legacy", "existing": {"systemNodeGroup": "default"}},
    "provisioners": [{"name": "elastic", "instanceTypes": ["p4d.24xlarge"], "zone": "us-west-2a"}],
}
ELSEWHERE = "vpc-0fedcba9876543210"

Spoil = Callable[[RegionTable], None]


def where(spoil: Spoil) -> RegionTable:
    table = RegionTable()
    spoil(table)
    return table


def put(name: str, **changes: Any) -> Spoil:
    """Another value for fields of the cluster that the account has."""

    def spoil(table: RegionTable) -> None:
        table.clusters[name] = replace(LEGACY, **changes)

    return spoil


def test_what_is_left_out_is_looked_up() -> None:
    settings = settings_of(GOOD)
    assert settings.cluster.version == "1.36"
    assert settings.cluster.service_cidr == "10.100.0.0/16"
    assert settings.network.existing
    assert settings.network.existing.vpc_id == VPC_ID
    assert settings.network.existing.private_subnet_ids == PRIVATE
    assert settings.system_node_labels == {"eks.amazonaws.com/nodegroup": "default"}


def test_what_is_said_and_so_is_no_fault() -> None:
    said = {
        "cluster.version": "1.36",
        "cluster.serviceCidr": "10.100.0.0/16",
        "network.existing": {"vpcId": VPC_ID, "privateSubnetIds": PRIVATE},
    }
    assert settings_of(spoilt(said, GOOD)) == settings_of(GOOD)


def test_whether_network_policies_are_enforced_is_looked_up() -> None:
    assert not settings_of(GOOD).cluster.network_policies
    for value in ('"true"', "true"):
        table = RegionTable()
        table.addons["vpc-cni"] = AddonFacts("v1.20.4-eksbuild.1", f'{{"enableNetworkPolicy": {value}}}')
        assert settings_of(GOOD, facts=lambda table=table: table).cluster.network_policies


NODES_GROUP = "sg-0fedcba9876543210"


def with_groups_of_their_own(table: RegionTable) -> None:
    """The cluster's nodes carry a group by their launch template, as those of many a module do."""
    table.node_groups["default"] = replace(DEFAULT_GROUP, launch_template_id="lt-1")
    table.template_groups["lt-1"] = (NODES_GROUP, GROUP_ID)
    table.security_groups[NODES_GROUP] = SecurityGroupFacts(VPC_ID, {})


def test_our_nodes_carry_the_groups_that_theirs_do() -> None:
    assert settings_of(GOOD).further_security_group_ids == ()
    settings = settings_of(GOOD, facts=lambda: where(with_groups_of_their_own))
    assert settings.further_security_group_ids == (NODES_GROUP,)


def test_the_groups_that_are_named_win_over_those_that_are_looked_up() -> None:
    for named in ([], [NODES_GROUP]):
        raw = spoilt({"cluster.existing.nodeSecurityGroupIds": named}, GOOD)
        settings = settings_of(raw, facts=lambda: where(with_groups_of_their_own))
        assert settings.further_security_group_ids == tuple(named)


def test_a_group_that_is_not_there_or_elsewhere_is_refused_and_so_are_too_many() -> None:
    table, path = where(with_groups_of_their_own), "cluster.existing.nodeSecurityGroupIds"
    table.security_groups["sg-2"] = SecurityGroupFacts(ELSEWHERE, {})
    named = [NODES_GROUP, "sg-1", "sg-2", NODES_GROUP]
    assert lines_of(spoilt({path: named}, GOOD), facts=lambda: table) == [
        f"{path}: 4 are too many; an interface takes 5: the cluster's, EFA's and 3 more",
        f'{path}[1]: there is no security group "sg-1" in this region',
        f"{path}[2]: sg-2 is in {ELSEWHERE}, not in {VPC_ID}",
    ]


def test_without_an_account_the_settings_alone_are_looked_at() -> None:
    assert lines_of(GOOD, facts=None) == []


def test_production_wants_nothing_of_somebody_elses_cluster() -> None:
    changes = {"environment": "prod", "provisioners[0].ami": {"release": "v20260714"}}
    assert lines_of(spoilt(changes, GOOD)) == []
    assert lines_of(spoilt(changes, GOOD), facts=None) == []


UNUSED: list[Case] = [
    (
        {"cluster.deletionProtection": True},
        "cluster.deletionProtection: not used together with cluster.existing; remove it",
    ),
    ({"cluster.addons": {}}, "cluster.addons: not used together with cluster.existing; remove it"),
    (
        {"systemNodes": {"minNodes": 3}},
        "systemNodes: not used together with cluster.existing; "
        "remove it: cluster.existing.systemNodeGroup names the nodes",
    ),
    (
        {"autoscaler": "both"},
        'autoscaler: "both", but a cluster that exists gets Karpenter and nothing else; '
        "leave it out; docs/existing-clusters.md says how to move over",
    ),
]


@pytest.mark.parametrize("case", UNUSED, ids=lambda case: case[1].partition(":")[0])
def test_a_setting_that_would_change_the_cluster_is_refused(case: Case) -> None:
    check(case, GOOD)
    assert lines_of(spoilt(case[0], GOOD), facts=None) == [case[1]]


def test_a_setting_of_a_network_that_is_made_is_refused_without_an_account_too() -> None:
    line = "network.cidr: not used together with cluster.existing; remove it"
    assert lines_of(spoilt({"network.cidr": "10.1.0.0/16"}, GOOD), facts=None) == [line]


SAID: list[Case] = [
    (
        {"cluster.name": "lgacy"},
        'cluster.name: there is no cluster "lgacy" in us-west-2 of this account; '
        "mend the name or aws:region, or leave cluster.existing out",
    ),
    (
        {"cluster.version": "1.35"},
        'cluster.version: "1.35", but cluster legacy runs 1.36; leave it out',
    ),
    (
        {"cluster.serviceCidr": "172.20.0.0/16"},
        "cluster.serviceCidr: 172.20.0.0/16, but cluster legacy has 10.100.0.0/16; leave it out",
    ),
    (
        {"cluster.networkPolicies": True},
        "cluster.networkPolicies: true, but the VPC CNI of cluster legacy enforces none; leave it out, or "
        "set enableNetworkPolicy in the configuration of the addon vpc-cni",
    ),
    (
        {"cluster.existing.systemNodeGroup": "system"},
        'cluster.existing.systemNodeGroup: cluster legacy has no managed node group "system"; it has default',
    ),
    (
        {"nodeGroups": [{"name": "default", "instanceType": "p4d.24xlarge", "zone": "us-west-2a"}]},
        'nodeGroups[0].name: cluster legacy has a node group "default" already; choose another name',
    ),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: case[1].partition(":")[0])
def test_what_is_said_of_the_cluster_must_be_so(case: Case) -> None:
    check(case, GOOD)


def test_adopting_a_cluster_in_another_vpc_is_refused() -> None:
    table = RegionTable()
    theirs = {"us-west-2a": "subnet-0fedcba98765432a1", "us-west-2b": "subnet-0fedcba98765432b1"}
    table.vpcs[ELSEWHERE] = table.vpcs[VPC_ID]
    for number, (zone, subnet_id) in enumerate(theirs.items()):
        table.subnets[subnet_id] = SubnetFacts(ELSEWHERE, zone, f"10.0.{32 * number}.0/19")
    changes = {"network.existing": {"vpcId": ELSEWHERE, "privateSubnetIds": theirs}}
    line = (
        f"network.existing.vpcId: {ELSEWHERE}, but cluster legacy is in {VPC_ID}; "
        "give subnets of that VPC, or leave it out"
    )
    check((changes, line), GOOD, lambda: table)


def _no_agent(table: RegionTable) -> None:
    del table.addons["eks-pod-identity-agent"]


def _no_groups(table: RegionTable) -> None:
    table.node_groups.clear()


def _one_node(table: RegionTable) -> None:
    table.node_groups["default"] = replace(DEFAULT_GROUP, desired_nodes=1)


def _tainted(table: RegionTable) -> None:
    taints = ("dedicated", "CriticalAddonsOnly")
    table.node_groups["default"] = replace(DEFAULT_GROUP, taint_keys=taints)


def _adopted(table: RegionTable) -> None:
    table.security_groups[GROUP_ID] = SecurityGroupFacts(VPC_ID, {TAGGED_BY_TAG: "other"})


def _all_public(table: RegionTable) -> None:
    table.public_subnets |= set(PRIVATE.values())


def _two_in_a_zone(table: RegionTable) -> None:
    table.public_subnets.discard(PUBLIC["us-west-2b"])


def _old_cni(table: RegionTable) -> None:
    table.addons["vpc-cni"] = AddonFacts("v1.18.3-eksbuild.1", "")


MISSING: list[tuple[Spoil, str]] = [
    (
        put("legacy", status="CREATING"),
        "cluster.name: cluster legacy is CREATING; it must be ACTIVE; try again when it is",
    ),
    (
        put("legacy", authentication_mode="CONFIG_MAP"),
        "cluster.existing: cluster legacy knows no access entries, by which our nodes come in; run: aws eks "
        "update-cluster-config --access-config authenticationMode=API_AND_CONFIG_MAP --name legacy",
    ),
    (
        put("legacy", service_cidr="", ip_family="ipv6"),
        "cluster.existing: cluster legacy is of ipv6; only ipv4 can be adopted",
    ),
    (
        _no_agent,
        "cluster.existing: cluster legacy has no addon eks-pod-identity-agent, which gives Karpenter its "
        "rights; run: aws eks create-addon --addon-name eks-pod-identity-agent --cluster-name legacy",
    ),
    (
        _no_groups,
        'cluster.existing.systemNodeGroup: cluster legacy has no managed node group "default"; it has none',
    ),
    (
        _one_node,
        'cluster.existing.systemNodeGroup: "default" has 1 node; 2 replicas of Karpenter want a host each; '
        "scale it, or lower karpenter.replicas",
    ),
    (
        _tainted,
        'cluster.existing.systemNodeGroup: nodes of "default" have the taint dedicated, which Karpenter does '
        "not tolerate; no taint but CriticalAddonsOnly; name another group",
    ),
    (
        _adopted,
        'cluster.name: stack "other" has adopted cluster legacy already; one Karpenter a cluster; '
        "add to that stack, or take it down",
    ),
    (
        _all_public,
        "network.existing: nodes need one private subnet a zone, in two zones or more, and cluster legacy "
        f"has not; it has none; name subnets of {VPC_ID}",
    ),
    (
        _two_in_a_zone,
        "network.existing: nodes need one private subnet a zone, in two zones or more, and cluster legacy "
        f"has not; its private subnets are us-west-2a: {PRIVATE['us-west-2a']}, "
        f"us-west-2b: {PRIVATE['us-west-2b']}, {PUBLIC['us-west-2b']}; name subnets of {VPC_ID}",
    ),
]


@pytest.mark.parametrize(("spoil", "line"), MISSING, ids=[line[:60] for _, line in MISSING])
def test_a_prerequisite_that_is_missing_has_its_line(spoil: Spoil, line: str) -> None:
    check(({}, line), GOOD, lambda: where(spoil))


def test_every_missing_prerequisite_is_in_one_report() -> None:
    def spoil(table: RegionTable) -> None:
        put("legacy", authentication_mode="CONFIG_MAP")(table)
        for each in (_no_agent, _tainted, _all_public, _adopted):
            each(table)

    assert len(lines_of(GOOD, facts=lambda: where(spoil))) == 5


def test_a_vpc_cni_that_is_too_old_for_efa_only_interfaces_is_a_fault_of_the_cluster() -> None:
    [line] = lines_of(GOOD, facts=lambda: where(_old_cni))
    assert line.startswith("cluster.existing: ")
    assert "1.18.5" in line


def warnings_of(table: RegionTable, stack: str = "dev") -> list[str]:
    told: list[Fault] = []
    examine(GOOD, Surroundings(REGION, {}, lambda: table, stack=stack, warn=told.append))
    return [str(each) for each in told]


def test_an_end_of_support_that_is_near_is_told_without_knowing_the_clusters_upgrade_policy() -> None:
    assert warnings_of(where(put("legacy", version="1.34"))) == [
        "cluster.version: Kubernetes 1.34 is in EKS's standard support until 2026-12-02; "
        "then extended support is billed, or EKS upgrades the cluster by itself, as its upgrade policy says; "
        'plan the upgrade, one minor at a time, "1.35" first'
    ]


def test_prometheus_wants_a_driver_for_its_volume_or_a_class_that_the_cluster_has() -> None:
    line = (
        "monitoring.storageClass: cluster legacy has no addon aws-ebs-csi-driver, which makes the volume of "
        "Prometheus; name a class of the cluster's, or run: aws eks create-addon --addon-name "
        "aws-ebs-csi-driver --cluster-name legacy, with a role for it"
    )
    check(({"monitoring.enabled": True}, line), GOOD)
    own = spoilt({"monitoring.enabled": True, "monitoring.storageClass": "fast"}, GOOD)
    assert lines_of(own) == []
    table = RegionTable()
    table.addons["aws-ebs-csi-driver"] = AddonFacts("v1.50.1-eksbuild.1", "")
    assert lines_of(spoilt({"monitoring.enabled": True}, GOOD), facts=lambda: table) == []


def test_a_vpc_cni_that_eks_does_not_manage_is_a_warning() -> None:
    table = RegionTable()
    del table.addons["vpc-cni"]
    [line] = warnings_of(table)
    assert line.startswith(
        "cluster.existing: the VPC CNI of cluster legacy is no EKS addon, so its version is"
    )


def test_system_nodes_of_an_image_of_their_own_may_lack_their_label() -> None:
    table = RegionTable()
    table.node_groups["default"] = replace(DEFAULT_GROUP, ami_type="CUSTOM")
    assert warnings_of(table) == [
        'cluster.existing.systemNodeGroup: the launch template of "default" names an image, whose nodes EKS '
        "need not have labelled; Karpenter and the MPI operator wait for nodes with the label; look: kubectl "
        "get nodes --selector eks.amazonaws.com/nodegroup=default"
    ]


def test_a_discovery_tag_of_somebody_else_is_left_and_told_of() -> None:
    table = RegionTable()
    subnet_id = PRIVATE["us-west-2a"]
    table.subnets[subnet_id] = replace(table.subnets[subnet_id], tags={DISCOVERY_TAG: "other"})
    [line] = warnings_of(table)
    assert line == (
        f'network.existing.privateSubnetIds["us-west-2a"]: {subnet_id} has the tag {DISCOVERY_TAG}=other of '
        "somebody else; it stays as it is: our node classes find the subnet by its id"
    )


def test_what_the_stack_has_made_itself_is_no_fault_the_second_time() -> None:
    table = RegionTable()
    ours = {TAGGED_BY_TAG: "dev", DISCOVERY_TAG: "legacy"}
    table.security_groups[GROUP_ID] = SecurityGroupFacts(VPC_ID, ours)
    for subnet_id in PRIVATE.values():
        table.subnets[subnet_id] = replace(table.subnets[subnet_id], tags=ours)
    table.node_groups["mine"] = replace(DEFAULT_GROUP, tags={STACK_TAG: "dev"})
    group = {"name": "mine", "instanceType": "p4d.24xlarge", "zone": "us-west-2a"}
    assert lines_of(spoilt({"nodeGroups": [group]}, GOOD), facts=lambda: table, stack="dev") == []
    assert warnings_of(table) == []
