"""The VPC CNI has rights by a role of its own, or by that of its node; without, nodes are of no use."""

from typing import Any

import pytest

POLICY = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"


@pytest.fixture
def group(aws: Any, network: Any, cluster: str, role: Any) -> str:
    """A group of two nodes whose role has no rights for the CNI."""
    aws.eks.create_nodegroup(
        clusterName=cluster,
        nodegroupName="gpu",
        nodeRole=role("powerless"),
        subnets=list(network.subnets.values()),
        scalingConfig={"minSize": 0, "maxSize": 4, "desiredSize": 2},
    )
    return "gpu"


def state(aws: Any, group: str) -> tuple[str, list[str], set[bool]]:
    """Status and issues of the group, and what is told of its instances."""
    described = aws.eks.describe_nodegroup(clusterName="train", nodegroupName=group)["nodegroup"]
    issues = [f"{each['code']}: {each['message']}" for each in described["health"]["issues"]]
    return described["status"], issues, {each["vpc_cni_has_rights"] for each in aws.instances()}


UNHEALTHY = ["NodeCreationFailure: Unhealthy nodes in the kubernetes cluster"]


def associate(aws: Any, arn: str) -> None:
    aws.eks.create_pod_identity_association(
        clusterName="train", namespace="kube-system", serviceAccount="aws-node", roleArn=arn
    )


def test_nodes_without_the_rights_leave_their_group_in_creation(aws: Any, group: str) -> None:
    assert state(aws, group) == ("CREATING", UNHEALTHY, {False})
    aws.clock.advance(minutes=26)
    assert state(aws, group) == ("CREATE_FAILED", UNHEALTHY, {False})


def test_the_policy_on_the_node_role_is_enough(aws: Any, group: str) -> None:
    aws.iam.attach_role_policy(RoleName="powerless", PolicyArn=POLICY)
    assert state(aws, group) == ("ACTIVE", [], {True})


def test_so_is_a_role_of_the_addons_own(aws: Any, group: str, role: Any) -> None:
    aws.eks.create_addon(clusterName="train", addonName="vpc-cni", serviceAccountRoleArn=role("node"))
    assert state(aws, group) == ("ACTIVE", [], {True})


def test_so_is_a_pod_identity_association_where_its_agent_is(aws: Any, group: str, role: Any) -> None:
    associate(aws, role("node"))
    assert state(aws, group) == ("CREATING", UNHEALTHY, {False})
    aws.eks.create_addon(clusterName="train", addonName="eks-pod-identity-agent")
    assert state(aws, group) == ("ACTIVE", [], {True})


def test_a_role_of_its_own_without_the_policy_hides_the_nodes(aws: Any, group: str, role: Any) -> None:
    aws.eks.create_addon(clusterName="train", addonName="vpc-cni", serviceAccountRoleArn=role("other"))
    aws.iam.attach_role_policy(RoleName="powerless", PolicyArn=POLICY)
    assert state(aws, group) == ("CREATING", UNHEALTHY, {False})


def test_nodes_that_were_ready_are_when_the_rights_go_and_new_ones_are_not(aws: Any, group: str) -> None:
    aws.iam.attach_role_policy(RoleName="powerless", PolicyArn=POLICY)
    assert state(aws, group)[0] == "ACTIVE"
    aws.iam.detach_role_policy(RoleName="powerless", PolicyArn=POLICY)
    assert state(aws, group)[:2] == ("ACTIVE", [])
    aws.eks.update_nodegroup_config(
        clusterName="train", nodegroupName=group, scalingConfig={"desiredSize": 3}
    )
    assert state(aws, group)[:2] == ("DEGRADED", UNHEALTHY)


def test_an_instance_of_karpenter_has_the_rights_of_its_profile(
    aws: Any, network: Any, cluster: str, role: Any, template: Any, fleet: Any
) -> None:
    for name in ("node", "powerless"):
        role(name)
        aws.iam.create_instance_profile(InstanceProfileName=name)
        aws.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "eks:eks-cluster-name", "Value": cluster}]}]
        fleet(template(name=name, IamInstanceProfile={"Name": name}, TagSpecifications=tags), "m6i.large")
    assert [each["vpc_cni_has_rights"] for each in aws.instances()] == [True, False]
