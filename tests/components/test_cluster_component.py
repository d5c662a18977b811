import pytest

from tests.components.program_recording import run_program
from tests.components.recorded_run import Run, RunOf

CLUSTER = "eks:index:Cluster"
ADMIN = "arn:aws:iam::123456789012:role/admins"


def test_the_endpoint_is_private_unless_ranges_are_listed(run_of: RunOf) -> None:
    run = run_program("dev", changes={"cluster": {"name": "train"}})
    cluster = run.one(CLUSTER).inputs
    assert (cluster["endpointPrivateAccess"], cluster["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in cluster


def test_a_public_endpoint_is_open_to_the_listed_ranges_only() -> None:
    settings = {"name": "train", "publicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}
    cluster = run_program("dev", changes={"cluster": settings}).one(CLUSTER).inputs
    assert cluster["endpointPrivateAccess"] is True
    assert cluster["publicAccessCidrs"] == ["203.0.113.0/24"]


def test_pulumi_eks_makes_neither_nodes_nor_addons(built: Run) -> None:
    cluster = built.one(CLUSTER).inputs
    assert cluster["skipDefaultNodeGroup"] is True
    assert cluster["createInstanceRole"] is False
    assert cluster["bootstrapSelfManagedAddons"] is False
    assert cluster["useDefaultVpcCni"] is True
    assert cluster["kubeProxyAddonOptions"]["enabled"] is False
    assert cluster["corednsAddonOptions"]["enabled"] is False


def test_nobody_asks_for_the_oidc_endpoint_which_is_hidden_inside_a_vpc_with_an_endpoint_for_eks(
    run_of: RunOf,
) -> None:
    run = run_of("prod", False)
    assert run.one(CLUSTER).inputs["createOidcProvider"] is False
    assert run.outputs["oidcIssuer"] == "oidc.test/id/1"


def test_access_is_by_access_entries_only(built: Run) -> None:
    assert built.one(CLUSTER).inputs["authenticationMode"] == "API"


def test_secrets_are_encrypted_with_a_key_that_rotates(built: Run) -> None:
    assert built.one(CLUSTER).inputs["encryptionConfigKeyArn"]
    assert all(key.inputs["enableKeyRotation"] for key in built.of_type("aws:kms/key:Key"))


def test_a_key_that_exists_is_used_and_no_other_made_for_secrets() -> None:
    arn = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555"
    run = run_program("dev", changes={"cluster": {"name": "train", "kmsKeyArn": arn}})
    assert run.one(CLUSTER).inputs["encryptionConfigKeyArn"] == arn
    assert [key.name for key in run.of_type("aws:kms/key:Key")] == ["gpu-keys-logs"]


def test_every_kind_of_control_plane_log_is_kept_in_production(run_of: RunOf) -> None:
    run = run_of("prod", False)
    logs = {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert set(run.one(CLUSTER).inputs["enabledClusterLogTypes"]) == logs
    group = run.one("aws:cloudwatch/logGroup:LogGroup", "cluster-logs").inputs
    assert group["name"] == f"/aws/eks/{run.outputs['clusterName']}/cluster"


def test_production_is_protected_from_deletion(run_of: RunOf) -> None:
    assert run_of("prod", False).one(CLUSTER).inputs["deletionProtection"] is True


@pytest.mark.parametrize(
    ("settings", "policy"), [({}, "EXTENDED"), ({"upgradePolicy": "STANDARD"}, "STANDARD")]
)
def test_eks_upgrades_the_cluster_by_itself_only_where_that_is_asked_for(
    settings: dict[str, str], policy: str
) -> None:
    run = run_program("dev", changes={"cluster": {"name": "train", **settings}})
    assert run.one(CLUSTER).inputs["upgradePolicy"] == {"supportType": policy}


def test_admins_are_named_and_nobody_else_is_one() -> None:
    run = run_program("dev", changes={"cluster": {"name": "train", "adminRoleArns": [ADMIN]}})
    association = run.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").inputs
    assert association["principalArn"] == ADMIN
    assert association["policyArn"].endswith("cluster-access-policy/AmazonEKSClusterAdminPolicy")
    types = {entry.inputs["type"] for entry in run.of_type("aws:eks/accessEntry:AccessEntry")}
    assert types == {"STANDARD", "EC2_LINUX"}


def test_all_five_addons_have_a_version_and_overwrite_what_differs(built: Run) -> None:
    addons = {addon.inputs["addonName"]: addon.inputs for addon in built.of_type("aws:eks/addon:Addon")}
    assert set(addons) == {
        "aws-ebs-csi-driver",
        "coredns",
        "eks-pod-identity-agent",
        "kube-proxy",
        "vpc-cni",
    }
    for addon in addons.values():
        assert addon["addonVersion"].startswith("v1.")
        assert addon["resolveConflictsOnCreate"] == addon["resolveConflictsOnUpdate"] == "OVERWRITE"


def test_an_addon_version_of_the_settings_is_taken_as_it_is() -> None:
    version = "v1.19.0-eksbuild.1"
    run = run_program("dev", changes={"cluster": {"name": "train", "addons": {"vpcCni": version}}})
    assert run.one("aws:eks/addon:Addon", "vpc-cni").inputs["addonVersion"] == version


@pytest.mark.parametrize(
    ("addon", "service_account"),
    [("vpc-cni", "aws-node"), ("aws-ebs-csi-driver", "ebs-csi-controller-sa")],
)
def test_addons_that_call_aws_have_a_role_of_their_own(built: Run, addon: str, service_account: str) -> None:
    (association,) = built.one("aws:eks/addon:Addon", addon).inputs["podIdentityAssociations"]
    assert association["serviceAccount"] == service_account
    trust = built.one("aws:iam/role:Role", f"{addon}-role").inputs["assumeRolePolicy"]
    assert service_account in trust


def test_the_security_group_that_eks_makes_can_be_found_by_node_classes(built: Run) -> None:
    tag = built.one("aws:ec2/tag:Tag").inputs
    assert (tag["resourceId"], tag["key"]) == ("sg-0cluster", "karpenter.sh/discovery")
    assert tag["value"] == built.outputs["clusterName"]
