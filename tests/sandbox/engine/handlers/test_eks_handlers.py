import base64
import json
from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError

from sandbox.engine.errors import SandboxError
from sandbox.engine.values import Properties, referenced
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.cluster_scenario import cluster, two_subnets, write_kubeconfig
from tests.sandbox.engine.handlers.scenario import Made, make, role, unique

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


@pytest.fixture
def zones(world: World) -> list[str]:
    return two_subnets(world)


def described(world: World, made: Made) -> Any:
    return world.eks.describe_cluster(name=made.id)["cluster"]


def test_a_cluster_tells_what_pulumi_eks_tells(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    outputs = made.outputs
    issuer = described(world, made)["identity"]["oidc"]["issuer"]
    assert outputs["oidcProviderUrl"] == issuer
    assert outputs["oidcIssuer"] == issuer.removeprefix("https://")
    assert outputs["oidcProviderArn"] == ""
    part = referenced(outputs["eksCluster"])
    assert part is not None
    assert (part["type"], part["id"]) == ("aws:eks/cluster:Cluster", made.id)
    inner = part["outputs"]
    assert inner["vpcConfig"]["clusterSecurityGroupId"] == outputs["clusterSecurityGroupId"]
    assert inner["vpcConfig"]["subnetIds"] == zones
    assert inner["endpoint"] == "https://127.0.0.1:6443"
    assert base64.b64decode(inner["certificateAuthority"]["data"]) == b"content of ca.crt"
    assert inner["accessConfig"] == {"authenticationMode": "API"}
    assert inner["tagsAll"] == {"owner": "platform"}


def test_its_kubeconfig_is_the_local_control_planes_with_all_files_inside(
    world: World, zones: list[str]
) -> None:
    made = cluster(world, zones)
    kubeconfig = json.loads(made.outputs["kubeconfigJson"])
    assert kubeconfig == made.outputs["kubeconfig"]
    assert kubeconfig["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443"
    user = kubeconfig["users"][0]["user"]
    assert base64.b64decode(user["client-key-data"]) == b"content of admin.key"
    assert set(user) == {"client-key-data", "client-certificate-data"}
    assert {"kubeconfig", "kubeconfigJson"} == made.handler.secret_outputs


def test_another_control_plane_behind_it_is_an_update(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    before = made.handler.surroundings(world)
    assert before == made.handler.surroundings(world)
    write_kubeconfig(world, port=7443)
    assert made.handler.surroundings(world) != before
    made.update()
    assert described(world, made)["endpoint"] == "https://127.0.0.1:7443"
    assert "7443" in made.outputs["kubeconfigJson"]


def test_a_control_plane_that_never_comes_is_not_waited_for_for_ever(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    world.paths.kubeconfig.unlink()
    assert made.handler.surroundings(world) == {}
    with pytest.raises(SandboxError, match="kubeconfig: still waiting after 60 s"):
        made.update()


def test_endpoint_access_logs_and_version_can_change(world: World, zones: list[str]) -> None:
    made = cluster(world, zones, version="1.34")
    made.update(
        version="1.35",
        endpointPrivateAccess=True,
        publicAccessCidrs=["192.0.2.0/24"],
        enabledClusterLogTypes=["scheduler"],
        tags={"owner": "someone"},
    )
    found = described(world, made)
    assert found["version"] == "1.35"
    assert found["resourcesVpcConfig"]["endpointPrivateAccess"] is True
    assert found["resourcesVpcConfig"]["publicAccessCidrs"] == ["192.0.2.0/24"]
    assert found["logging"]["clusterLogging"][0]["types"] == ["scheduler"]
    assert found["tags"] == {"owner": "someone"}


def test_the_version_goes_up_before_the_upgrade_policy_changes(world: World, zones: list[str]) -> None:
    made = cluster(world, zones, version="1.33")
    assert described(world, made)["upgradePolicy"] == {"supportType": "EXTENDED"}
    standard = {"supportType": "STANDARD"}
    with pytest.raises(ClientError, match=r"1\.33 is in extended support"):
        made.update(upgradePolicy=standard)
    made.update(version="1.34", upgradePolicy=standard)
    found = described(world, made)
    assert (found["version"], found["upgradePolicy"]) == ("1.34", standard)


def test_deletion_protection_holds_until_it_is_taken_off(world: World, zones: list[str]) -> None:
    made = cluster(world, zones, deletionProtection=True)
    with pytest.raises(ClientError, match="deletion protection"):
        made.delete()
    assert described(world, made)["status"] == "ACTIVE"
    made.update(deletionProtection=False)
    made.delete()
    made.delete()
    assert made.found() is None
    assert not [r for r in world.iam.list_roles()["Roles"] if r["RoleName"].startswith(made.id)]


def test_a_service_role_that_a_killed_run_left_is_found_and_goes(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    world.eks.delete_cluster(name=made.id)
    assert made.found() == made.id
    made.handler.delete(world, made.id, made.inputs, {})
    assert made.found() is None


def test_what_the_component_would_make_and_the_sandbox_does_not_is_refused(
    world: World, zones: list[str]
) -> None:
    with pytest.raises(
        SandboxError,
        match=r"createOidcProvider, fargate, skipDefaultNodeGroup=false, kubeProxy.*enabled=true: not made",
    ):
        cluster(
            world,
            zones,
            createOidcProvider=True,
            fargate=True,
            skipDefaultNodeGroup=False,
            kubeProxyAddonOptions={},
        )


def test_addons_take_versions_configuration_and_roles(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    versions = world.eks.describe_addon_versions(addonName="coredns", kubernetesVersion="1.35")["addons"][0]
    newest, older = (found["addonVersion"] for found in versions["addonVersions"][:2])
    addon = make(
        world,
        "aws:eks/addon:Addon",
        clusterName=made.id,
        addonName="coredns",
        addonVersion=older,
        resolveConflictsOnCreate="OVERWRITE",
        tags={"a": "1"},
    )
    assert addon.id == addon.found() == f"{made.id}:coredns"
    addon.update(addonVersion=newest, configurationValues='{"replicaCount": 2}', tags={"a": "2"})
    found = world.eks.describe_addon(clusterName=made.id, addonName="coredns")["addon"]
    assert found["addonVersion"] == newest == addon.outputs["addonVersion"]
    assert json.loads(found["configurationValues"]) == {"replicaCount": 2}
    addon.delete()
    addon.delete()
    assert addon.found() is None


def test_access_entries_and_their_policies(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    principal = role(world).outputs["arn"]
    entry = make(
        world,
        "aws:eks/accessEntry:AccessEntry",
        clusterName=made.id,
        principalArn=principal,
        kubernetesGroups=["users"],
    )
    assert entry.outputs["type"] == "STANDARD"
    policy = make(
        world,
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        clusterName=made.id,
        principalArn=principal,
        policyArn=ADMIN,
        accessScope={"type": "cluster"},
    )
    policy.update(accessScope={"type": "namespace", "namespaces": ["train"]})
    listed = world.eks.list_associated_access_policies(clusterName=made.id, principalArn=principal)
    assert listed["associatedAccessPolicies"][0]["accessScope"]["namespaces"] == ["train"]
    entry.update(kubernetesGroups=["others"])
    assert entry.outputs["kubernetesGroups"] == ["others"]
    for gone in (policy, policy, entry, entry):
        gone.delete()
    assert entry.found() is None


def test_a_pod_identity_is_found_by_its_service_account(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    association = make(
        world,
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        clusterName=made.id,
        namespace="kube-system",
        serviceAccount="karpenter",
        roleArn=role(world).outputs["arn"],
    )
    assert association.found() == association.id == association.outputs["associationId"]
    other = role(world).outputs["arn"]
    association.update(roleArn=other)
    found = world.eks.describe_pod_identity_association(clusterName=made.id, associationId=association.id)
    assert found["association"]["roleArn"] == other
    association.delete()
    association.delete()
    assert association.found() is None


def node_group(world: World, cluster_name: str, subnet_ids: list[str], **inputs: object) -> Made:
    asked: Properties = {
        "clusterName": cluster_name,
        "nodeGroupName": unique("system"),
        "nodeRoleArn": role(world).outputs["arn"],
        "subnetIds": subnet_ids,
        "instanceTypes": ["m6i.xlarge"],
        "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 3},
        "labels": {"a": "1", "b": "2"},
        "taints": [{"key": "CriticalAddonsOnly", "effect": "NO_SCHEDULE"}],
    }
    if "launchTemplate" in inputs:
        del asked["instanceTypes"]
    return make(world, "aws:eks/nodeGroup:NodeGroup", **{**asked, **inputs})


def test_a_node_group_scales_and_changes_labels_and_taints(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    group = node_group(world, made.id, zones)
    assert group.outputs["status"] == "ACTIVE"
    assert group.outputs["resources"][0]["autoscalingGroups"]
    group.update(
        scalingConfig={"minSize": 1, "desiredSize": 2, "maxSize": 3},
        labels={"a": "9"},
        taints=[{"key": "gpu", "value": "true", "effect": "NO_EXECUTE"}],
    )
    name = group.id.partition(":")[2]
    found: Any = world.eks.describe_nodegroup(clusterName=made.id, nodegroupName=name)["nodegroup"]
    assert found["scalingConfig"]["desiredSize"] == 2
    assert found["labels"] == {"a": "9"}
    assert [taint["key"] for taint in found["taints"]] == ["gpu"]
    group.delete()
    group.delete()
    assert group.found() is None
    made.delete()


def test_another_launch_template_version_reaches_the_nodes(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    template = make(world, "aws:ec2/launchTemplate:LaunchTemplate", instanceType="m6i.xlarge")
    group = node_group(world, made.id, zones, launchTemplate={"id": template.id, "version": "1"})
    template.update(instanceType="m6i.2xlarge")
    group.update(launchTemplate={"id": template.id, "version": "2"})
    name = group.id.partition(":")[2]
    found: Any = world.eks.describe_nodegroup(clusterName=made.id, nodegroupName=name)["nodegroup"]
    assert found["launchTemplate"]["version"] == "2"
    group.delete()


def test_a_node_group_that_gets_no_capacity_says_so(world: World, zones: list[str]) -> None:
    made = cluster(world, zones)
    nothing = {"insufficient_capacity": [{"instance_type": "*", "zone": "*", "capacity_type": "*"}]}
    httpx2.put(f"{world.endpoint}/_sandbox/faults", json=nothing)
    try:
        with pytest.raises(SandboxError, match=r"to be active: AsgInstanceLaunchFailures: .*after 60 s"):
            node_group(world, made.id, zones)
    finally:
        httpx2.delete(f"{world.endpoint}/_sandbox/faults")
