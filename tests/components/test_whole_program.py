import json

import pytest

from tests.components.pool_settings import node_group, only, provisioner
from tests.components.program_recording import STACKS, run_program
from tests.components.recorded_run import Registered, Run, RunOf

UNTAGGABLE = {
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/tag:Tag",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:sqs/queuePolicy:QueuePolicy",
}

LONGEST_NAMES = {
    "aws:cloudwatch/eventRule:EventRule": 64,
    "aws:ec2/launchTemplate:LaunchTemplate": 128,
    "aws:ec2/placementGroup:PlacementGroup": 255,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:iam/policy:Policy": 128,
    "aws:iam/role:Role": 64,
    "aws:sqs/queue:Queue": 80,
}

EXPORTS = {
    "clusterEndpoint",
    "clusterName",
    "contractVersion",
    "devicePlugins",
    "interruptionQueue",
    "karpenterRoleArn",
    "karpenterVersion",
    "kubeconfig",
    "kubernetesVersion",
    "launchTemplateIds",
    "nccl",
    "networkPolicies",
    "nodeGroups",
    "nodeRoleArn",
    "nodeRoleName",
    "oidcIssuer",
    "privateSubnets",
    "provisioners",
    "region",
    "securityGroups",
    "systemNodeLabels",
}


@pytest.mark.parametrize("stack", STACKS)
def test_the_first_preview_shows_every_resource_that_up_makes(run_of: RunOf, stack: str) -> None:
    assert set(run_of(stack, True).resources) == set(run_of(stack, False).resources)


def test_every_resource_has_a_component_for_parent_but_the_cluster_itself_and_what_protects_it(
    built: Run,
) -> None:
    orphans = [resource.type for resource in built.resources.values() if not resource.parent]
    assert orphans == ["eks-efa:cluster:GpuCluster", "eks-efa:cluster:DeletionProtection"]
    for resource in built.resources.values():
        if resource.parent:
            assert built.resources[resource.parent].type.startswith("eks-efa:"), resource.name


def test_every_child_is_named_after_its_component(built: Run) -> None:
    for resource in built.resources.values():
        if resource.parent:
            assert resource.name.startswith(built.resources[resource.parent].name), resource.urn


def test_names_that_pulumi_makes_up_fit_into_what_aws_allows() -> None:
    """Pulumi adds a dash and seven characters to the logical name, and fails where that is too long."""
    longest = "x" * 63
    changes = only(node_groups=[node_group(name=longest)], provisioners=[provisioner(name="y" * 63)])
    for resource in run_program("dev", changes=changes).resources.values():
        if resource.type in LONGEST_NAMES and "name" not in resource.inputs:
            assert len(resource.name) + 8 <= LONGEST_NAMES[resource.type], resource.name


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_that_can_be_tagged_says_whose_it_is(run_of: RunOf, stack: str) -> None:
    for resource in run_of(stack, False).resources.values():
        if resource.type.startswith(("aws:", "eks:")) and resource.type not in UNTAGGABLE:
            tags = resource.inputs["tags"]
            assert tags["eks-efa/stack"] == stack, resource.urn
            assert tags["owner"], resource.urn


def test_the_projects_own_tags_win_over_those_of_the_settings() -> None:
    run = run_program("dev", changes={"tags": {"team": "vision", "owner": "somebody"}, "owner": "platform"})
    tags = run.one("aws:ec2/vpc:Vpc").inputs["tags"]
    assert (tags["team"], tags["owner"]) == ("vision", "platform")


def test_the_outputs_are_those_of_the_contract(built: Run) -> None:
    assert set(built.outputs) == EXPORTS
    assert built.outputs["contractVersion"] == 1


def test_the_kubeconfig_is_secret(built: Run, previewed: Run) -> None:
    assert built.secret_outputs == {"kubeconfig"}
    assert previewed.secret_outputs == {"kubeconfig"}


def test_what_settings_decide_is_known_in_the_first_preview(previewed: Run) -> None:
    known = {"contractVersion", "region", "kubernetesVersion", "karpenterVersion"}
    assert set(previewed.outputs) >= known
    assert "clusterEndpoint" in previewed.unknown_outputs


def test_outputs_tell_a_test_what_each_pool_has() -> None:
    groups = [node_group(name="big", instanceType="p5.48xlarge"), node_group(name="off", efa=False)]
    outputs = run_program("dev", changes=only(node_groups=groups)).outputs["nodeGroups"]
    assert (outputs["big"]["gpusPerNode"], outputs["big"]["efaInterfacesPerNode"]) == (8, 32)
    assert outputs["off"]["efaInterfacesPerNode"] == 0
    assert outputs["big"]["zone"] == "us-west-2a"
    assert outputs["big"]["taints"] == [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}]


def test_no_resource_is_open_to_the_world(built: Run) -> None:
    """The ranges in the settings are the only addresses; 0.0.0.0/0 is the way out and never a way in."""
    anywhere = {resource.type for resource in built.resources.values() if "0.0.0.0/0" in _text(resource)}
    assert anywhere == {"aws:ec2/route:Route"}


def _text(resource: Registered) -> str:
    return json.dumps(resource.inputs, default=str)
