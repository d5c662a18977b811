"""What a team's stack makes on its platform, and what it refuses to make there."""

from typing import Any

import pulumi
import pytest

from knowledge.node_names import STACK_TAG
from tests.components.fake_account import FakeAccount
from tests.components.recorded_run import Registered, Run
from tests.components.team_runs import OWN, PLATFORM, VISION, platform, team

TEAM = "eks-efa/team"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
ADMISSION = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
ENTRY = "aws:eks/accessEntry:AccessEntry"
MPI_JOB = "kubernetes:kubeflow.org/v2beta1:MPIJob"


def refusal(**how: Any) -> list[str]:
    """The faults; whatever is refused, nothing has been made by then."""
    run = Run()
    with pytest.raises(pulumi.RunError) as refused:
        team(into=run, **how)
    assert [each.type for each in run.resources.values() if each.custom] == []
    return [line.strip() for line in str(refused.value).splitlines() if not line.endswith("changed:")]


def network_policies(run: Run) -> dict[str, dict[str, Any]]:
    return {each.inputs["metadata"]["name"]: each.inputs["spec"] for each in run.of_type(NETWORK_POLICY)}


def test_the_namespace_says_whose_it_is_and_what_its_pods_may_not_do() -> None:
    labels = team(podSecurity="restricted").one(NAMESPACE).inputs["metadata"]["labels"]
    assert labels == {
        TEAM: "vision",
        "eks-efa/stack": "dev",
        "pod-security.kubernetes.io/enforce": "restricted",
    }


def test_the_quota_counts_gpus_efa_interfaces_and_pods_and_what_else_is_given() -> None:
    hard = team(quota={**VISION["quota"], "cpu": "96", "pods": 9}).one("kubernetes:core/v1:ResourceQuota")
    assert hard.inputs["spec"]["hard"] == {
        "requests.nvidia.com/gpu": "16",
        "requests.vpc.amazonaws.com/efa": "8",
        "requests.cpu": "96",
        "pods": "9",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        "requests.storage": "1Ti",
    }


def test_a_team_may_be_given_load_balancers_node_ports_and_as_much_storage_as_it_likes() -> None:
    share = {**VISION["quota"], "loadBalancers": 1, "nodePorts": 2, "storage": None}
    hard = team(quota=share).one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"]
    assert (hard["services.loadbalancers"], hard["services.nodeports"]) == ("1", "2")
    assert "requests.storage" not in hard


def test_a_container_that_says_nothing_requests_something_and_has_no_limit() -> None:
    (limits,) = team().one("kubernetes:core/v1:LimitRange").inputs["spec"]["limits"]
    assert limits == {"type": "Container", "defaultRequest": {"cpu": "100m", "memory": "256Mi"}}


def test_traffic_is_denied_but_for_dns_and_the_teams_own() -> None:
    policies = network_policies(team())
    assert set(policies) == {"deny-by-default", "dns", "between-pods-of-the-team"}
    deny = policies["deny-by-default"]
    assert (deny["podSelector"], deny["policyTypes"]) == ({}, ["Ingress", "Egress"])
    assert "ingress" not in deny and "egress" not in deny
    (rule,) = policies["dns"]["egress"]
    assert {port["port"] for port in rule["ports"]} == {53}
    (peer,) = rule["to"]
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "kube-system"}
    own = policies["between-pods-of-the-team"]
    assert own["ingress"] == [{"from": [{"podSelector": {}}]}]
    assert own["egress"] == [{"to": [{"podSelector": {}}]}]


def test_further_ranges_are_open_to_its_pods_and_to_nobody_from_there() -> None:
    egress = network_policies(team(egressCidrs=["10.0.0.0/16"]))["egress"]
    assert egress["egress"] == [{"to": [{"ipBlock": {"cidr": "10.0.0.0/16"}}]}]
    assert egress["policyTypes"] == ["Egress"]


def test_the_role_comes_in_as_a_group_that_has_rights_in_the_namespace_alone() -> None:
    run = team()
    entry = run.one(ENTRY)
    assert (entry.inputs["clusterName"], entry.inputs["kubernetesGroups"]) == ("shared", ["eks-efa:vision"])
    assert run.of_type("aws:eks/accessPolicyAssociation:AccessPolicyAssociation") == []
    binding = run.one("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
    assert [subject["name"] for subject in binding.inputs["subjects"]] == ["eks-efa:vision"]
    assert binding.inputs["metadata"]["namespace"] == "vision"
    assert run.of_type("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding") == []


def test_the_team_can_change_its_jobs_and_nothing_that_bounds_it() -> None:
    rules = team().one("kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"]
    writes = {
        resource
        for rule in rules
        for resource in rule["resources"]
        if not set(rule["verbs"]) <= {"get", "list", "watch"}
    }
    assert {"mpijobs", "deployments/scale", "statefulsets/scale"} <= writes
    assert writes.isdisjoint(
        {"resourcequotas", "limitranges", "networkpolicies", "roles", "rolebindings", "serviceaccounts"}
    )
    assert all("*" not in (*rule["verbs"], *rule["resources"], *rule["apiGroups"]) for rule in rules)


def test_without_a_role_nobody_is_let_in() -> None:
    assert team(roleArn=None).of_type(ENTRY) == []


def test_its_nodes_carry_its_label_taint_and_tag_beside_those_in_the_settings() -> None:
    run = team()
    template = run.one(NODE_POOL).inputs["spec"]["template"]
    assert template["metadata"]["labels"][TEAM] == "vision"
    taints = [(taint["key"], taint["value"]) for taint in template["spec"]["taints"]]
    assert taints == [("nvidia.com/gpu", "true"), (TEAM, "vision")]
    tags = run.one(NODE_CLASS).inputs["spec"]["tags"]
    assert (tags[TEAM], tags["eks-efa/pool"], tags["eks-efa/stack"]) == ("vision", "vision-p4d", "dev")


def test_its_nodes_are_made_of_what_the_platform_exports() -> None:
    outputs = platform()
    spec = team(outputs=outputs).one(NODE_CLASS).inputs["spec"]
    assert spec["role"] == outputs["nodeRoleName"]
    assert spec["subnetSelectorTerms"] == [{"id": outputs["privateSubnets"]["us-west-2a"]}]
    assert [each["id"] for each in spec["securityGroupSelectorTerms"]] == [
        outputs["securityGroups"]["cluster"],
        outputs["securityGroups"]["efa"],
    ]
    assert len([each for each in spec["networkInterfaces"] if each["interfaceType"] == "efa-only"]) == 4


def test_a_guard_stands_before_anybody_can_make_a_pod() -> None:
    run = team()
    policy, binding = run.one(ADMISSION), run.one(f"{ADMISSION}Binding")
    assert policy.inputs["spec"]["failurePolicy"] == "Fail"
    assert binding.inputs["spec"]["validationActions"] == ["Deny"]
    assert binding.inputs["spec"]["policyName"] == policy.inputs["metadata"]["name"]
    namespace = run.one(NAMESPACE)
    assert {policy.urn, binding.urn} <= run.before(namespace)
    for kind in ("Role", "RoleBinding"):
        assert namespace.urn in run.before(run.one(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}"))


def test_on_destroy_pods_leave_before_the_nodes_go() -> None:
    run = team(nccl={"pool": "vision-p4d"})
    pools = {each.urn for each in (run.one(NODE_POOL), run.one(NODE_CLASS))}
    assert pools <= run.before(run.one(NAMESPACE))
    for job in run.of_type(MPI_JOB):
        assert run.one(NAMESPACE).urn in run.before(job)


@pytest.mark.parametrize("preview", [True, False])
def test_its_test_is_in_its_own_namespace_and_tolerates_its_own_nodes(preview: bool) -> None:
    run = team(nccl={"pool": "vision-p4d"}, preview=preview)
    assert len(run.of_type(NAMESPACE)) == 1
    jobs: list[Registered] = run.of_type(MPI_JOB)
    assert [job.inputs["metadata"]["namespace"] for job in jobs] == ["vision", "vision"]
    workers = jobs[0].inputs["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
    assert {"key": TEAM, "operator": "Equal", "value": "vision", "effect": "NoSchedule"} in workers[
        "tolerations"
    ]
    assert run.outputs["nccl"]["verdict"] == "vision/configmap/nccl-verdict"


def test_it_may_test_a_pool_of_the_platform_too() -> None:
    outputs = platform(nccl={"namespace": "nccl-test", "pool": "train"})
    run = team(nccl={"pool": "train"}, provisioners=(), outputs=outputs)
    assert {job.inputs["metadata"]["namespace"] for job in run.of_type(MPI_JOB)} == {"vision"}


def test_its_outputs_say_where_it_lives_and_hold_no_secret() -> None:
    run = team()
    assert run.outputs["team"] == {"name": "vision", "namespace": "vision", "group": "eks-efa:vision"}
    assert set(run.outputs) == {"platform", "clusterName", "team", "provisioners"}
    assert run.outputs["provisioners"]["vision-p4d"]["nodePool"] == "vision-p4d"
    assert run.secret_outputs == set()


def test_a_platform_in_another_region_is_refused() -> None:
    assert refusal(outputs=platform(region="eu-west-1")) == [
        f"aws:region: us-west-2, but {PLATFORM} is in eu-west-1; run: pulumi config set aws:region eu-west-1"
    ]


def test_a_platform_that_keeps_no_teams_apart_is_refused() -> None:
    assert refusal(outputs=platform(networkPolicies=False)) == [
        f"platform: {PLATFORM} enforces no NetworkPolicies, which keep teams apart; "
        "set cluster.networkPolicies true there, and run `up` on it"
    ]


def test_a_platform_from_before_there_were_teams_is_refused() -> None:
    outputs = platform()
    del outputs["nodeRoleName"]
    assert refusal(outputs=outputs) == [
        f"platform: {PLATFORM} says nothing of nodeRoleName; run `up` on it with this version of the program"
    ]


def test_a_platform_without_karpenter_has_no_place_for_provisioners() -> None:
    outputs = platform()
    del outputs["karpenterVersion"]
    assert refusal(outputs=outputs) == [
        f"provisioners: {PLATFORM} has no Karpenter; "
        "set autoscaler karpenter or both there, and run `up` on it"
    ]


def test_a_platform_whose_device_plugins_know_no_nodes_of_teams_has_no_place_for_provisioners() -> None:
    outputs = platform()
    del outputs["devicePlugins"]
    assert refusal(outputs=outputs) == [
        f"provisioners: device plugins of {PLATFORM} get to no node of a team, so these would never have a "
        "GPU; run `up` on it with this version of the program"
    ]
    assert team(outputs=outputs, provisioners=()).of_type(NAMESPACE) != []


def test_a_plugin_that_the_platform_leaves_to_somebody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    outputs = platform(devicePlugins={"nvidia": False, "efa": False})
    team(outputs=outputs, provisioners=({**OWN, "efa": "none"},))
    assert told == [
        f"provisioners: {PLATFORM} installs no plugin that announces nvidia.com/gpu; see that the one it has "
        "instead selects nodes with eks-efa/nvidia and tolerates eks-efa/team"
    ]


def test_no_plugin_of_nvidias_is_asked_of_a_platform_whose_team_has_trainium(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    outputs = platform(devicePlugins={"nvidia": False, "efa": True})
    team(outputs=outputs, provisioners=({**OWN, "instanceTypes": ["trn1.32xlarge"]},))
    assert [line.partition(";")[0] for line in told] == [
        "provisioners[0]: nothing of this stack announces aws.amazon.com/neuron"
    ]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("tags", [{}, {STACK_TAG: "prod"}, {STACK_TAG: "speech", TEAM: "speech"}])
def test_a_role_that_comes_into_the_cluster_already_is_no_teams(tags: dict[str, str], preview: bool) -> None:
    account = FakeAccount(access_entries={VISION["roleArn"]: tags})
    assert refusal(outputs=platform(), account=account, preview=preview) == [
        f"team.roleArn: {VISION['roleArn']} has an access entry in cluster shared that is not the team's; "
        "a role has one access entry in a cluster; give the team a role of its own"
    ]


@pytest.mark.parametrize(
    "tags",
    [{STACK_TAG: "dev", TEAM: "vision"}, {STACK_TAG: "old", TEAM: "vision"}, {STACK_TAG: "dev", TEAM: "old"}],
)
def test_an_entry_that_the_team_has_made_is_its_own(tags: dict[str, str]) -> None:
    account = FakeAccount(access_entries={VISION["roleArn"]: tags})
    assert team(account=account).of_type("aws:eks/accessEntry:AccessEntry") != []


def test_the_names_of_the_platforms_pools_and_its_zones_are_its_own() -> None:
    taken = {**OWN, "name": "train", "zone": "us-west-2d"}
    assert refusal(provisioners=(taken,)) == [
        f'provisioners[0].name: "train" is a node group or provisioner of {PLATFORM}; '
        "it has elastic, train; choose another",
        f"provisioners[0].zone: {PLATFORM} has no subnet in us-west-2d; it has us-west-2a, us-west-2b",
    ]


@pytest.mark.parametrize("pool", ["vision-p4d", "train"])
def test_a_test_that_needs_more_than_the_teams_share_is_refused(pool: str) -> None:
    run = Run()
    with pytest.raises(pulumi.RunError) as refused:
        team(nccl={"pool": pool}, quota={"gpus": 8, "efaInterfaces": 4}, into=run)
    assert [line.strip() for line in str(refused.value).splitlines()[1:]] == [
        "team.quota.efaInterfaces: 4, but the NCCL test of 2 nodes takes 8 EFA interfaces; "
        "raise it, or lower nccl.nodes",
        "team.quota.gpus: 8, but the NCCL test of 2 nodes takes 16 GPUs; raise it, or lower nccl.nodes",
    ]
    assert run.of_type(MPI_JOB) == []
