"""A stack on a cluster that somebody else made adds what its nodes need, and claims nothing else."""

import json
from functools import cache
from typing import Any

import pulumi
import pytest

from knowledge.discovery import DISCOVERY_TAG, TAGGED_BY_TAG
from tests.components.existing_account import (
    CLUSTER,
    GROUP_ID,
    NODES_GROUP_ID,
    PRIVATE,
    VPC_ID,
    ExistingAccount,
)
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

TAG = "aws:ec2/tag:Tag"
RELEASE = "kubernetes:helm.sh/v3:Release"


@cache
def run(preview: bool = False) -> Run:
    return run_program("existing", preview=preview, account=ExistingAccount())


def tags_of(run: Run) -> list[tuple[str, str, str]]:
    inputs = (each.inputs for each in run.of_type(TAG))
    return sorted((each["resourceId"], each["key"], each["value"]) for each in inputs)


def test_nothing_is_made_but_what_our_nodes_need() -> None:
    of_aws = {each.type for each in run().resources.values() if each.type.startswith(("aws:", "eks:"))}
    assert of_aws == {
        TAG,
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:ec2/placementGroup:PlacementGroup",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:sqs/queue:Queue",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }


CNI = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
CNI_ROLE = "arn:aws:iam::123456789012:role/cni"


def policies_of_nodes(account: ExistingAccount) -> list[str]:
    made = run_program("existing", account=account)
    return [
        each.inputs["policyArn"]
        for each in made.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.name.startswith("gpu-node-")
    ]


def test_our_nodes_bring_the_rights_of_a_vpc_cni_that_goes_by_its_nodes_role() -> None:
    assert CNI in policies_of_nodes(ExistingAccount())
    assert CNI in policies_of_nodes(ExistingAccount(absent=frozenset({"vpc-cni"})))


@pytest.mark.parametrize(
    "addon",
    [
        {"serviceAccountRoleArn": CNI_ROLE},
        {"podIdentityAssociations": [{"roleArn": CNI_ROLE, "serviceAccount": "aws-node"}]},
    ],
    ids=["by IRSA", "by pod identity"],
)
def test_a_vpc_cni_with_a_role_of_its_own_adds_nothing_to_the_nodes(addon: dict[str, Any]) -> None:
    attached = policies_of_nodes(ExistingAccount(addon=addon))
    assert [each.rpartition("/")[2] for each in attached] == [
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    ]


def test_the_first_preview_shows_all_of_it() -> None:
    assert set(run(preview=True).resources) == set(run().resources)


def test_private_subnets_and_the_clusters_group_are_tagged_for_discovery() -> None:
    assert tags_of(run()) == sorted(
        (resource_id, key, value)
        for resource_id in (*PRIVATE.values(), GROUP_ID)
        for key, value in ((DISCOVERY_TAG, "legacy"), (TAGGED_BY_TAG, "existing"))
    )


def test_whose_tag_it_is_comes_before_the_tag_and_goes_after_it() -> None:
    for tag in run().of_type(TAG):
        if tag.inputs["key"] == DISCOVERY_TAG:
            [marker] = [run().resources[urn] for urn in tag.dependencies]
            assert marker.inputs == {**tag.inputs, "key": TAGGED_BY_TAG, "value": "existing"}


def test_a_tag_of_our_own_stays_ours() -> None:
    ours = {DISCOVERY_TAG: "legacy", TAGGED_BY_TAG: "existing"}
    account = ExistingAccount(tags=dict.fromkeys((*PRIVATE.values(), GROUP_ID), ours))
    assert tags_of(run_program("existing", account=account)) == tags_of(run())


def test_a_tag_of_somebody_else_is_never_touched() -> None:
    theirs = PRIVATE["us-west-2a"]
    account = ExistingAccount(tags={theirs: {DISCOVERY_TAG: "legacy"}})
    assert theirs not in {
        resource_id for resource_id, _, _ in tags_of(run_program("existing", account=account))
    }


def test_our_security_group_is_in_the_clusters_vpc() -> None:
    assert run().one("aws:ec2/securityGroup:SecurityGroup").inputs["vpcId"] == VPC_ID


def test_karpenter_runs_on_the_node_group_that_is_named_and_knows_the_cluster() -> None:
    values = run().one(RELEASE, "-controller").inputs["values"]
    assert values["settings"]["clusterName"] == "legacy"
    assert values["settings"]["clusterEndpoint"] == CLUSTER["endpoint"]
    affinity = values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    [term] = affinity["nodeSelectorTerms"]
    wanted = {"key": "eks.amazonaws.com/nodegroup", "operator": "In", "values": ["default"]}
    assert wanted in term["matchExpressions"]


def test_so_do_the_mpi_operator_and_the_tests_launcher() -> None:
    here = {"eks.amazonaws.com/nodegroup": "default"}
    operator = run().one("kubernetes:apps/v1:Deployment", "mpi-operator")
    assert operator.inputs["spec"]["template"]["spec"]["nodeSelector"] == here
    for job in run().of_type("kubernetes:kubeflow.org/v2beta1:MPIJob"):
        launcher = job.inputs["spec"]["mpiReplicaSpecs"]["Launcher"]
        assert launcher["template"]["spec"]["nodeSelector"] == here


def test_provisioners_go_by_the_ids_of_what_is_there() -> None:
    for node_class in run().of_type("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"):
        spec = node_class.inputs["spec"]
        assert spec["subnetSelectorTerms"] == [{"id": PRIVATE["us-west-2a"]}]
        assert {"id": GROUP_ID} in spec["securityGroupSelectorTerms"]


def test_our_nodes_carry_the_security_groups_that_theirs_do() -> None:
    group = {"name": "by-hand", "instanceType": "p4d.24xlarge", "zone": "us-west-2a"}
    account = ExistingAccount(own_groups=True)
    built = run_program("existing", account=account, changes={"nodeGroups": [group]})
    further = [NODES_GROUP_ID, "sg-0fedcba9876543211"]
    carried = [GROUP_ID, "gpu-efa-group-id", *further]
    for node_class in built.of_type("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"):
        terms = node_class.inputs["spec"]["securityGroupSelectorTerms"]
        assert [term["id"] for term in terms] == carried
    [template] = built.of_type("aws:ec2/launchTemplate:LaunchTemplate")
    assert all(each["securityGroups"] == carried for each in template.inputs["networkInterfaces"])
    assert built.outputs["securityGroups"]["further"] == further


def test_what_nodes_need_outlives_the_provisioners_on_destroy() -> None:
    for node_pool in run().of_type("kubernetes:karpenter.sh/v1:NodePool"):
        before = {run().resources[urn].type for urn in run().before(node_pool)}
        assert {
            "aws:eks/accessEntry:AccessEntry",
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            RELEASE,
        } <= before


def test_the_way_into_the_cluster_holds_no_credentials() -> None:
    kubeconfig: dict[str, Any] = json.loads(run().outputs["kubeconfig"])
    [user] = kubeconfig["users"]
    assert user["user"]["exec"]["args"][-4:] == ["--cluster-name", "legacy", "--output", "json"]
    assert list(user["user"]) == ["exec"]
    assert run().secret_outputs == {"kubeconfig"}


def test_the_outputs_say_what_teams_and_tests_need() -> None:
    outputs = run().outputs
    assert outputs["clusterName"] == "legacy"
    assert outputs["kubernetesVersion"] == "1.34"
    assert outputs["oidcIssuer"] == "oidc.test/id/legacy"
    assert outputs["privateSubnets"] == PRIVATE
    assert outputs["systemNodeLabels"] == {"eks.amazonaws.com/nodegroup": "default"}
    assert outputs["launchTemplateIds"] == {}


def test_a_node_group_of_our_own_joins_it_by_what_was_looked_up() -> None:
    group = {"name": "by-hand", "instanceType": "p4d.24xlarge", "zone": "us-west-2b"}
    with_group = run_program("existing", account=ExistingAccount(), changes={"nodeGroups": [group]})
    [made] = with_group.of_type("aws:eks/nodeGroup:NodeGroup")
    assert made.inputs["clusterName"] == "legacy"
    assert made.inputs["subnetIds"] == [PRIVATE["us-west-2b"]]


@pytest.mark.parametrize(
    ("account", "line"),
    [
        (ExistingAccount(absent=frozenset({"legacy"})), 'there is no cluster "legacy" in us-west-2'),
        (
            ExistingAccount(absent=frozenset({"eks-pod-identity-agent"})),
            "has no addon eks-pod-identity-agent",
        ),
        (
            ExistingAccount(tags={GROUP_ID: {TAGGED_BY_TAG: "other"}}),
            'stack "other" has adopted cluster legacy',
        ),
        (ExistingAccount(cluster={"accessConfigs": []}), "cluster legacy knows no access entries"),
    ],
)
def test_a_cluster_that_cannot_be_adopted_registers_nothing(account: ExistingAccount, line: str) -> None:
    refused = Run()
    with pytest.raises(pulumi.RunError) as error:
        run_program("existing", account=account, into=refused)
    assert not refused.resources
    assert line in str(error.value)
