import pytest

from tests.components.fake_account import ACCOUNT_ID, FakeAccount
from tests.components.program_recording import PUBLIC, prod_cluster, run_program
from tests.components.recorded_run import Run, RunOf

CLUSTER = "eks:index:Cluster"
ADMIN = "arn:aws:iam::123456789012:role/admins"


def test_the_endpoint_is_private_unless_ranges_are_listed(run_of: RunOf) -> None:
    access = {"cidrs": ["10.20.0.0/16"], "vpcConnected": True}
    run = run_program("dev", changes={"cluster": {"name": "train", "privateAccess": access}})
    cluster = run.one(CLUSTER).inputs
    assert (cluster["endpointPrivateAccess"], cluster["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in cluster


def test_a_public_endpoint_is_open_to_the_listed_ranges_only() -> None:
    settings = {"name": "train", "publicAccess": True, "publicAccessCidrs": ["54.240.0.0/18"]}
    cluster = run_program("dev", changes={"cluster": settings}).one(CLUSTER).inputs
    assert cluster["endpointPrivateAccess"] is True
    assert cluster["publicAccessCidrs"] == ["54.240.0.0/18"]


RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RUNNERS = "sg-0123456789abcdef0"


def let_in_by_a_private_way() -> Run:
    access = {"cidrs": ["10.20.0.0/16"], "securityGroupIds": [RUNNERS], "vpcConnected": True}
    return run_program("prod", changes={"cluster": prod_cluster(privateAccess=access)})


def test_whoever_has_a_private_way_is_let_in_to_the_api_and_to_nothing_else() -> None:
    run = let_in_by_a_private_way()
    rules = [each for each in run.of_type(RULE) if "-api-from-" in each.name]
    sources = ("cidrIpv4", "referencedSecurityGroupId")
    let_in = [next(rule.inputs[source] for source in sources if source in rule.inputs) for rule in rules]
    assert let_in == ["10.20.0.0/16", RUNNERS]
    for rule, who in zip(rules, let_in, strict=True):
        assert rule.inputs["securityGroupId"] == "sg-0cluster"
        assert [rule.inputs[key] for key in ("ipProtocol", "fromPort", "toPort")] == ["tcp", 443, 443]
        assert rule.inputs["description"] == f"Kubernetes API from {who}"


def test_nothing_in_the_cluster_is_tried_before_whoever_deploys_is_let_in() -> None:
    run = let_in_by_a_private_way()
    rules = {each.urn for each in run.of_type(RULE) if "-api-from-" in each.name}
    provider = run.one("pulumi:providers:kubernetes")
    assert rules <= provider.dependencies
    inside = [each for each in run.resources.values() if each.custom and each.type.startswith("kubernetes:")]
    assert len(inside) > 20
    assert {each.provider.rpartition("::")[0] for each in inside} == {provider.urn}


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_without_a_private_way_nobody_is_let_in(run_of: RunOf, stack: str) -> None:
    assert [each.name for each in run_of(stack, False).of_type(RULE) if "-api-from-" in each.name] == []


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
    run = run_program("dev", changes={"cluster": {"name": "train", **PUBLIC, "kmsKeyArn": arn}})
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
    run = run_program("dev", changes={"cluster": {"name": "train", **PUBLIC, **settings}})
    assert run.one(CLUSTER).inputs["upgradePolicy"] == {"supportType": policy}


def test_admins_are_named_and_nobody_else_is_one() -> None:
    run = run_program("dev", changes={"cluster": {"name": "train", **PUBLIC, "adminRoleArns": [ADMIN]}})
    association = run.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").inputs
    assert association["principalArn"] == ADMIN
    assert association["policyArn"].endswith("cluster-access-policy/AmazonEKSClusterAdminPolicy")
    types = {entry.inputs["type"] for entry in run.of_type("aws:eks/accessEntry:AccessEntry")}
    assert types == {"STANDARD", "EC2_LINUX"}


ENTRY = "aws:eks/accessEntry:AccessEntry"
ACCOUNT = f"arn:aws:iam::{ACCOUNT_ID}:role"


def with_admins(account: FakeAccount, *roles: str) -> Run:
    cluster = {"name": "train", **PUBLIC, "adminRoleArns": list(roles)}
    return run_program("dev", changes={"cluster": cluster}, account=account)


def admitted(run: Run) -> dict[str, str]:
    """Roles by the names of their entries."""
    entries = [each for each in run.of_type(ENTRY) if each.inputs["type"] == "STANDARD"]
    associations = run.of_type("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert {each.name for each in associations} == {each.name for each in entries}
    return {each.name: each.inputs["principalArn"] for each in entries}


def test_a_role_that_creates_its_cluster_is_left_to_eks_which_has_made_its_entry() -> None:
    ci, people = f"{ACCOUNT}/team/ci", f"{ACCOUNT}/people"
    session = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/ci/GitHubActions"
    creating = FakeAccount(caller_arn=session)
    assert admitted(with_admins(creating, ci, people)) == {"gpu-cluster-admin-people": people}
    entries = {ci: {}, people: {"eks-efa/stack": "dev"}}
    for caller in (session, f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/people/me"):
        later = FakeAccount(caller_arn=caller, access_entries=entries)
        assert admitted(with_admins(later, ci, people)) == {"gpu-cluster-admin-people": people}


def test_two_roles_of_one_last_name_have_an_entry_each() -> None:
    roles = [f"{ACCOUNT}/admin", f"{ACCOUNT}/ops/admin", "arn:aws:iam::210987654321:role/admin"]
    assert admitted(with_admins(FakeAccount(), *roles)) == {
        "gpu-cluster-admin-admin": roles[0],
        "gpu-cluster-admin-ops/admin": roles[1],
        "gpu-cluster-admin-210987654321/admin": roles[2],
    }


def test_a_role_with_a_path_is_known_by_its_former_name_too() -> None:
    run = with_admins(FakeAccount(), f"{ACCOUNT}/ops/admin", f"{ACCOUNT}/plain")
    aliases = {each.name: each.aliases for each in run.of_type(ENTRY) if "-admin-" in each.name}
    assert aliases == {
        "gpu-cluster-admin-ops/admin": ("gpu-cluster-admin-admin",),
        "gpu-cluster-admin-plain": (),
    }


def test_an_administrator_is_one_before_anything_in_the_cluster_is_tried() -> None:
    run = with_admins(FakeAccount(), f"{ACCOUNT}/people")
    provider = run.one("pulumi:providers:kubernetes")
    needed = {run.resources[urn].type for urn in provider.dependencies}
    assert {ENTRY, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"} <= needed


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
    run = run_program("dev", changes={"cluster": {"name": "train", **PUBLIC, "addons": {"vpcCni": version}}})
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
