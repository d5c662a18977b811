from collections.abc import Iterator
from typing import Any

import pytest
from lightkube.resources.core_v1 import Event

from cli.cluster import Cluster, NodePool, connect
from cli.scale_deployment import NAMESPACE, PodShape, deployment, namespace
from tests.sandbox_end_to_end.driver import Sandbox


@pytest.fixture(scope="module")
def poor_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox for launches that fail: Karpenter remembers for minutes what was not to be had."""
    running = Sandbox(tmp_path_factory.mktemp("poor"))
    try:
        running.eks_efa("up").succeeded()
        yield running
    finally:
        running.stop()


@pytest.fixture
def without_faults_after(poor_sandbox: Sandbox) -> Iterator[None]:
    yield
    poor_sandbox.eks_efa("fault", "clear").succeeded()
    poor_sandbox.eks_efa("scale-in").succeeded()


def gives_up_at_once(sandbox: Sandbox, *arguments: str) -> str:
    """Its last line, where `scale-out` has hardly more patience than for one look."""
    said = sandbox.eks_efa("scale-out", "--pods", "1", *arguments, "--timeout", "1")
    assert said.code == 1
    assert "Traceback" not in said.messages
    return said.messages.splitlines()[-1]


def test_out_of_capacity_is_shown_as_the_reason_and_lifted_by_clear(empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    empty_sandbox.eks_efa("fault", "out-of-capacity").succeeded()
    gives_up_at_once(empty_sandbox)
    pending = empty_sandbox.pending_once(lambda pod: "capacity" in pod["reason"].lower())
    assert not pending["final"]
    assert "capacity" in gives_up_at_once(empty_sandbox)
    assert empty_sandbox.karpenter_instances() == []
    assert "no faults" in empty_sandbox.eks_efa("fault", "clear").succeeded().messages


@pytest.mark.usefixtures("without_faults_after")
def test_what_ec2_lacks_stays_the_reason_when_karpenter_has_only_other_provisioners_left_to_refuse(
    poor_sandbox: Sandbox,
) -> None:
    poor_sandbox.eks_efa("fault", "out-of-capacity", "--type", "p4d.24xlarge").succeeded()
    cluster = connect(poor_sandbox.paths.kubeconfig)
    run_a_pod_that_only_a_p4d_fits(cluster)
    while not was_refused_by_karpenter(cluster):
        poor_sandbox.status()
    pending = poor_sandbox.pending_once(lambda pod: "untolerated taint" not in pod["reason"])
    assert "sufficient p4d.24xlarge capacity" in pending["reason"]
    assert not pending["final"]


def run_a_pod_that_only_a_p4d_fits(cluster: Cluster) -> None:
    """The other provisioners of its zone are too small, so they refuse it for good."""
    wanted = deployment(1, PodShape())
    assert wanted.spec is not None and wanted.spec.template.spec is not None
    wanted.spec.template.spec.nodeSelector = {"topology.kubernetes.io/zone": "us-west-2a"}
    cluster.client.apply(namespace(), force=True)
    cluster.client.apply(wanted, force=True)


def was_refused_by_karpenter(cluster: Cluster) -> bool:
    return any(
        event.source is not None and event.source.component == "karpenter"
        for event in cluster.client.list(Event, namespace=NAMESPACE, fields={"reason": "FailedScheduling"})
    )


@pytest.mark.usefixtures("without_faults_after")
def test_a_quota_of_vcpus_that_is_too_low_is_named(poor_sandbox: Sandbox) -> None:
    poor_sandbox.eks_efa("fault", "launch", "vcpu-limit", "--type", "p5.48xlarge").succeeded()
    gives_up_at_once(poor_sandbox, "--pool", "p5")
    pending = poor_sandbox.pending_once(lambda pod: pod["reason"].startswith("EC2: "))
    assert pending["reason"] == (
        "EC2: the limit of 0 vCPUs is too low for p5.48xlarge; raise the quota "
        '"Running On-Demand P instances" (L-417A185B) in Service Quotas'
    )
    assert not pending["final"]


@pytest.mark.usefixtures("without_faults_after")
def test_an_account_without_the_role_for_spot_is_told_the_command_that_makes_it(
    poor_sandbox: Sandbox,
) -> None:
    cluster = connect(poor_sandbox.paths.kubeconfig)
    make_a_spot_pool(cluster)
    try:
        poor_sandbox.eks_efa("fault", "launch", "spot-role").succeeded()
        gives_up_at_once(poor_sandbox, "--pool", "g5-spot", "--gpus", "1", "--efa", "0")
        pending = poor_sandbox.pending_once(lambda pod: pod["reason"].startswith("EC2: "))
        assert pending["reason"] == (
            "EC2: the account has no service-linked role for Spot; make it once: "
            "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"
        )
    finally:
        cluster.client.delete(NodePool, "g5-spot")


def make_a_spot_pool(cluster: Cluster) -> None:
    """A NodePool beside g5 that buys Spot alone."""
    spec: dict[str, Any] = cluster.client.get(NodePool, "g5")["spec"]
    spec["template"]["metadata"]["labels"]["eks-efa/pool"] = "g5-spot"
    for requirement in spec["template"]["spec"]["requirements"]:
        if requirement["key"] == "karpenter.sh/capacity-type":
            requirement["values"] = ["spot"]
    cluster.client.create(NodePool.from_dict({"metadata": {"name": "g5-spot"}, "spec": spec}))


def test_throttling_slows_a_launch_and_does_not_fail_it(sandbox: Sandbox) -> None:
    sandbox.eks_efa("fault", "throttle", "CreateFleet", "--times", "2").succeeded()
    try:
        sandbox.eks_efa("scale-out", "--pods", "1").succeeded()
    finally:
        sandbox.eks_efa("fault", "clear")
        sandbox.eks_efa("scale-in").succeeded()


def test_nodes_that_boot_slowly_are_waited_for(sandbox: Sandbox) -> None:
    sandbox.eks_efa("fault", "slow-boot", "5").succeeded()
    try:
        said = sandbox.eks_efa("scale-out", "--pods", "1").succeeded()
        assert said.seconds > 5
    finally:
        sandbox.eks_efa("fault", "clear")
        sandbox.eks_efa("scale-in").succeeded()
