"""A stack on a cluster that somebody else made: it comes, works, and goes without a trace."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Namespace, Node, Pod

from cli.cluster import connect
from cli.sandbox_api import private_api
from sandbox.environment import child_environment
from sandbox.paths import REPOSITORY
from sandbox.stranger.account import Account
from sandbox.stranger.names import CLUSTER, REGION
from tests.sandbox_end_to_end.driver import Sandbox, answers

AS_IT_WAS = "as it was\n"


@pytest.fixture(scope="module")
def with_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with somebody else's cluster. A test leaves it as it was."""
    sandbox = Sandbox(tmp_path_factory.mktemp("existing"))
    try:
        sandbox.eks_efa("existing-cluster").succeeded()
        yield sandbox
    finally:
        sandbox.stop()


def account(sandbox: Sandbox) -> Account:
    return Account(sandbox.endpoint(), REGION)


def theirs(sandbox: Sandbox) -> dict[str, Any]:
    """What is somebody else's, by what would change if it were made anew."""
    kubernetes = connect(sandbox.paths.kubeconfig).client
    instances = private_api(sandbox.endpoint(), "GET", "instances")
    cluster = account(sandbox).eks.describe_cluster(name=CLUSTER)["cluster"]
    return {
        "cluster": (cluster["createdAt"], cluster["version"], cluster["tags"]),
        "instances": {each["instance_id"] for each in instances if each["node_group"] == "default"},
        "nodes": {each.metadata and each.metadata.uid for each in kubernetes.list(Node) if is_theirs(each)},
        "pods": {each.metadata and each.metadata.uid for each in kubernetes.list(Pod, namespace="web")},
    }


def is_theirs(node: Node) -> bool:
    labels = (node.metadata and node.metadata.labels) or {}
    return labels.get("eks.amazonaws.com/nodegroup") == "default"


def check(sandbox: Sandbox) -> list[str]:
    """What `--check` tells of differences."""
    said = sandbox.eks_efa("existing-cluster", "--check")
    assert said.code == (0 if said.output == AS_IT_WAS else 1), said.messages
    return [] if said.output == AS_IT_WAS else said.output.splitlines()


def test_a_stack_comes_works_and_goes_without_a_trace(with_cluster: Sandbox, tmp_path: Path) -> None:
    before = theirs(with_cluster)
    assert [len(before[kind]) for kind in ("instances", "nodes", "pods")] == [2, 2, 2]
    with_cluster.eks_efa("up", "--stack", "existing").succeeded()
    assert "nothing changed" in with_cluster.eks_efa("up", "--stack", "existing").succeeded().messages
    assert theirs(with_cluster) == before
    changed = [line for line in check(with_cluster) if line.startswith("changed")]
    tags = ("karpenter.sh/discovery: added legacy", "eks-efa/tagged-by: added existing")
    assert len([line for line in changed if line.endswith(tags)]) == 6
    # Rules of others are collected in EKS's own role for administrators.
    assert all(line.endswith(tags) or " clusterroles." in line for line in changed)
    with_cluster.eks_efa("scale-out", "--stack", "existing", "--pods", "2").succeeded()
    assert {each["instance_type"] for each in with_cluster.karpenter_instances()} == {"p4d.24xlarge"}
    tested = ("nccl", "efa", "--stack", "existing", "--no-picture", "--output", str(tmp_path))
    with_cluster.eks_efa(*tested).succeeded()
    assert theirs(with_cluster) == before
    down = with_cluster.eks_efa("down", "--stack", "existing").succeeded()
    assert "cluster legacy of somebody else's still runs" in down.messages
    assert check(with_cluster) == []
    assert theirs(with_cluster) == before


def test_to_make_it_again_changes_nothing(with_cluster: Sandbox) -> None:
    before = theirs(with_cluster)
    assert "nothing changed" in with_cluster.eks_efa("existing-cluster").succeeded().messages
    assert theirs(with_cluster) == before
    assert check(with_cluster) == []


def test_all_that_is_missing_is_listed_at_once_and_nothing_is_changed(
    with_cluster: Sandbox, tmp_path: Path
) -> None:
    eks = account(with_cluster).eks
    eks.delete_addon(clusterName=CLUSTER, addonName="eks-pod-identity-agent")
    try:
        before = check(with_cluster)
        assert before == ["missing  addon legacy/eks-pod-identity-agent"]
        result = up_in_the_wrong_vpc(with_cluster, tmp_path)
        assert "cluster legacy has no addon eks-pod-identity-agent" in result["error"]
        assert "network.existing.vpcId: vpc-" in result["error"]
        assert f"but cluster legacy is in {vpc_of_cluster(with_cluster)}" in result["error"]
        assert "nothing was changed" in result["error"]
        assert not any(result["changes"].values())
        assert check(with_cluster) == before
    finally:
        again = with_cluster.eks_efa("existing-cluster").succeeded()
    assert "1 things made" in again.messages
    assert check(with_cluster) == []


def vpc_of_cluster(sandbox: Sandbox) -> str:
    cluster = account(sandbox).eks.describe_cluster(name=CLUSTER)["cluster"]
    return cluster["resourcesVpcConfig"]["vpcId"]


def up_in_the_wrong_vpc(sandbox: Sandbox, tmp_path: Path) -> dict[str, Any]:
    """What the engine answers to this very program with settings that name another VPC: the default one."""
    for name in ("__main__.py", "Pulumi.yaml", "components", "knowledge", "settings"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    ec2 = account(sandbox).ec2
    by_default: Any = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = ec2.describe_subnets(Filters=by_default)["Subnets"]
    ids = {each["AvailabilityZone"]: each["SubnetId"] for each in subnets}
    settings = yaml.safe_load((REPOSITORY / "Pulumi.existing.yaml").read_text())
    settings["config"]["eks-efa-karpenter:network"] = {
        "existing": {"vpcId": subnets[0]["VpcId"], "privateSubnetIds": ids}
    }
    (tmp_path / "Pulumi.wrong.yaml").write_text(yaml.safe_dump(settings))
    place = ["--directory", str(sandbox.directory), "--program", str(tmp_path), "--stack", "wrong"]
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.engine", "up", "--json", *place],
        cwd=REPOSITORY,
        env=child_environment(sandbox.paths, REGION),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_what_would_take_the_place_of_theirs_is_not_made(with_cluster: Sandbox) -> None:
    kubernetes = connect(with_cluster.paths.kubeconfig).client
    kubernetes.create(Namespace(metadata=ObjectMeta(name="nccl-test")))
    try:
        before = check(with_cluster)
        plan = with_cluster.eks_efa("adopt-plan", "--stack", "existing")
        assert (plan.code, plan.output.count("there already: Namespace nccl-test")) == (1, 1)
        up = with_cluster.eks_efa("up", "--stack", "existing")
        assert up.code == 1
        assert "error: stack existing: there already: Namespace nccl-test; leave nccl.pool out" in up.messages
        assert check(with_cluster) == before
    finally:
        kubernetes.delete(Namespace, "nccl-test")
    assert check(with_cluster) == []
    assert with_cluster.eks_efa("adopt-plan", "--stack", "existing").code == 0


def test_a_stack_with_a_cluster_of_its_own_is_refused_beside_it(with_cluster: Sandbox) -> None:
    refused = with_cluster.eks_efa("up", "--stack", "sandbox")
    assert refused.code == 1
    assert refused.messages == (
        "error: stack sandbox: makes a cluster, and this sandbox has cluster legacy of somebody else's; "
        "run first: eks-efa existing-cluster --down\n"
    )
    assert check(with_cluster) == []


def test_the_sandbox_ends_with_it(empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("existing-cluster").succeeded()
    ports = empty_sandbox.ports()
    assert ports
    empty_sandbox.eks_efa("existing-cluster", "--down").succeeded()
    assert not empty_sandbox.processes()
    assert not any(answers(port) for port in ports)
    assert not empty_sandbox.paths.existing_cluster.exists()
