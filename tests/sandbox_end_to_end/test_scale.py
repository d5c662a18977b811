from collections.abc import Iterator

import pytest

from cli.sandbox_ec2 import ec2_client, karpenter_launch_templates, left_of_karpenter
from tests.sandbox_end_to_end.driver import Sandbox
from tests.sandbox_end_to_end.node_groups import scaled_by_hand

pytestmark = pytest.mark.timed

EFA_INTERFACES, GPUS = 4, 8
"""Of a p4d.24xlarge, and what a pod of scale-out asks for."""


@pytest.fixture(autouse=True)
def without_pods_after(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.eks_efa("scale-in").succeeded()


def left_in_ec2(sandbox: Sandbox) -> tuple[str, ...]:
    ec2 = ec2_client(sandbox.endpoint(), "us-west-2")
    return (*left_of_karpenter(ec2), *karpenter_launch_templates(ec2))


def test_karpenter_brings_a_node_with_every_efa_interface_for_each_gpu_pod(sandbox: Sandbox) -> None:
    said = sandbox.eks_efa("scale-out").succeeded()
    assert "3 of 3 pods run after" in said.messages
    nodes = [node for node in sandbox.status()["nodes"] if node["provisioner"]]
    assert [(node["gpus"], node["efa_interfaces"]) for node in nodes] == [(GPUS, EFA_INTERFACES)] * 3
    instances = sandbox.karpenter_instances()
    assert len(instances) == 3
    for instance in instances:
        efa = [card for card in instance["interfaces"] if card["type"] in ("efa", "efa-only")]
        assert len(efa) == EFA_INTERFACES
        assert sorted(card["card"] for card in efa) == [0, 1, 2, 3]
        assert instance["tags"]["eks-efa/stack"] == "sandbox"
        assert instance["tags"]["owner"]


def test_scale_in_leaves_the_nodes_that_were_there_and_nothing_of_karpenters(sandbox: Sandbox) -> None:
    before = {node["name"] for node in sandbox.status()["nodes"]}
    sandbox.eks_efa("scale-out", "--pods", "2").succeeded()
    assert left_in_ec2(sandbox)
    sandbox.eks_efa("scale-in").succeeded()
    assert {node["name"] for node in sandbox.status()["nodes"]} == before
    assert left_in_ec2(sandbox) == ()


def test_pods_fill_the_nodes_kept_by_hand_and_karpenter_brings_only_the_rest(sandbox: Sandbox) -> None:
    with scaled_by_hand(sandbox, nodes=1) as group:
        sandbox.eks_efa("scale-out", "--pods", "1").succeeded()
        assert sandbox.karpenter_instances() == []
        said = sandbox.eks_efa("scale", "3").succeeded()
        assert f"1 on group {group}" in said.messages
        assert "2 on provisioner" in said.messages
        sandbox.eks_efa("scale-in").succeeded()
        assert [node["group"] for node in sandbox.status()["nodes"] if node["gpus"]] == [group]


def test_scaling_to_the_same_number_twice_launches_nothing(sandbox: Sandbox) -> None:
    sandbox.eks_efa("scale", "2").succeeded()
    launched = {instance["instance_id"] for instance in sandbox.karpenter_instances()}
    sandbox.eks_efa("scale", "2").succeeded()
    assert {instance["instance_id"] for instance in sandbox.karpenter_instances()} == launched


def test_a_pod_that_no_node_will_ever_fit_is_given_up_with_the_reason(sandbox: Sandbox) -> None:
    said = sandbox.eks_efa("scale-out", "--pods", "1", "--gpus", "64", "--timeout", "100")
    assert said.code == 1
    assert "no node will ever do" in said.messages
    assert said.seconds < 60
    assert [pod["final"] for pod in sandbox.status()["pods"]["pending"]] == [True]


def test_scale_in_where_nothing_was_scaled_out_is_no_error(sandbox: Sandbox) -> None:
    sandbox.eks_efa("scale-in").succeeded()
    sandbox.eks_efa("scale-in").succeeded()


def test_the_log_is_karpenters_own(sandbox: Sandbox) -> None:
    assert '"logger"' in sandbox.eks_efa("logs", "-n", "50").succeeded().output
