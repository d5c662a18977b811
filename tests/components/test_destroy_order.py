"""Pulumi deletes a resource once everything is gone that was made after it, so order is a matter of edges."""

import pytest

from tests.components.recorded_run import Registered, Run, RunOf

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
RELEASE = "kubernetes:helm.sh/v3:Release"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
CLUSTER = "eks:index:Cluster"


def _made_before(run: Run, later: Registered, type_: str) -> set[str]:
    return {urn for urn in run.before(later) if run.resources[urn].type == type_}


def _urns(run: Run, type_: str) -> set[str]:
    return {resource.urn for resource in run.of_type(type_)}


def _of_monitoring(run: Run) -> set[str]:
    """Releases that only look on: no node needs them."""
    return {urn for urn in _urns(run, RELEASE) if ":Monitoring$" in urn}


def test_each_step_of_destroy_waits_for_the_one_before(built: Run) -> None:
    for node_pool in built.of_type(NODE_POOL):
        own_class = node_pool.inputs["spec"]["template"]["spec"]["nodeClassRef"]["name"]
        before = {
            built.resources[urn].inputs["metadata"]["name"]
            for urn in _made_before(built, node_pool, NODE_CLASS)
        }
        assert before == {own_class}
    for node_class in built.of_type(NODE_CLASS):
        assert _made_before(built, node_class, RELEASE) == _urns(built, RELEASE) - _of_monitoring(built)
    controller, crds = built.one(RELEASE, "-controller"), built.one(RELEASE, "-crd")
    kinds = {release.urn for release in built.of_type(RELEASE) if "MonitoringCrds$" in release.urn}
    assert _made_before(built, controller, RELEASE) == {crds.urn, *kinds}
    assert _made_before(built, crds, NODE_GROUP) == _urns(built, NODE_GROUP)
    for node_group in built.of_type(NODE_GROUP):
        assert _made_before(built, node_group, CLUSTER) == _urns(built, CLUSTER)


def test_namespaces_of_the_stack_do_not_wait_for_its_nodes_to_go(built: Run) -> None:
    namespaces = _urns(built, "kubernetes:core/v1:Namespace")
    assert namespaces
    for node_pool in built.of_type(NODE_POOL):
        assert namespaces & built.before(node_pool) == set()


def test_karpenter_keeps_its_rights_and_its_ears_until_the_last_node_is_gone(built: Run) -> None:
    for node_pool in built.of_type(NODE_POOL):
        for type_ in (
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:eks/accessEntry:AccessEntry",
            "aws:sqs/queuePolicy:QueuePolicy",
            "aws:cloudwatch/eventRule:EventRule",
            "aws:cloudwatch/eventTarget:EventTarget",
            "aws:eks/addon:Addon",
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        ):
            wanted = {
                resource.urn
                for resource in built.of_type(type_)
                if "-admin-" not in resource.name  # people's, not the nodes'
            }
            assert wanted, type_
            assert wanted <= _made_before(built, node_pool, type_), type_


def test_nodes_reach_the_world_until_they_are_gone(built: Run) -> None:
    for node in (*built.of_type(NODE_GROUP), *built.of_type(NODE_POOL)):
        for type_ in (
            "aws:ec2/route:Route",
            "aws:ec2/natGateway:NatGateway",
            "aws:ec2/vpcEndpoint:VpcEndpoint",
        ):
            assert _urns(built, type_) <= _made_before(built, node, type_), type_


def test_what_a_node_needs_comes_before_it_and_what_needs_a_node_after(built: Run) -> None:
    system = built.one(NODE_GROUP, "system-node-group")
    addons = {
        built.resources[urn].inputs["addonName"] for urn in _made_before(built, system, "aws:eks/addon:Addon")
    }
    assert addons == {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
    for later in ("coredns", "aws-ebs-csi-driver"):
        assert system.urn in built.before(built.one("aws:eks/addon:Addon", later))


def test_the_log_group_is_there_before_eks_would_make_one_of_its_own(built: Run, previewed: Run) -> None:
    for run in (built, previewed):
        assert run.one("aws:cloudwatch/logGroup:LogGroup", "cluster-logs").urn in run.before(run.one(CLUSTER))


def test_the_internet_gateway_outlives_every_public_address(built: Run) -> None:
    gateway = built.one("aws:ec2/internetGateway:InternetGateway")
    for type_ in ("aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway"):
        for address in built.of_type(type_):
            assert gateway.urn in built.before(address)


def test_whatever_is_in_the_cluster_is_reached_by_the_provider_of_this_cluster(built: Run) -> None:
    provider = built.one("pulumi:providers:kubernetes")
    inside = [resource for resource in built.resources.values() if resource.type.startswith("kubernetes:")]
    assert inside
    for resource in inside:
        # Its own reference: without one Pulumi would take the kubeconfig of whoever runs it.
        assert resource.provider.startswith(provider.urn), resource.urn
    assert built.one(CLUSTER).urn in built.before(provider)


def test_what_is_in_a_cluster_that_does_not_answer_is_not_forgotten(built: Run) -> None:
    assert "deleteUnreachable" not in built.one("pulumi:providers:kubernetes").inputs


def test_everything_stays_with_what_goes_first_and_is_protected(built: Run) -> None:
    first = built.one("eks-efa:cluster:DeletionProtection")
    assert not first.custom
    assert built.before(first) == built.resources.keys() - {first.urn}


@pytest.mark.parametrize(("stack", "on"), [("dev", False), ("prod", True), ("sandbox", False)])
def test_it_is_protected_where_the_settings_say_so_and_nothing_else_is(
    stack: str, on: bool, run_of: RunOf
) -> None:
    run = run_of(stack, False)
    protected = [resource.name for resource in run.resources.values() if resource.protect]
    assert protected == ["gpu-deletion-protection"] * on


def test_the_order_of_destroy_has_no_circle(built: Run) -> None:
    for resource in built.resources.values():
        assert resource.urn not in built.before(resource), resource.urn
