import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.models.policy_v1 import PodDisruptionBudgetSpec
from lightkube.resources.policy_v1 import PodDisruptionBudget

from cli.cluster import NodePool, connect
from cli.scale_deployment import LABELS, NAMESPACE
from cli.waiting import Ending, wait_until
from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import Sandbox, answers


def keep_by_budget(sandbox: Sandbox) -> str:
    """Have a budget let none of the pods of scale-out go; their names."""
    cluster = connect(sandbox.paths.kubeconfig)
    spec = PodDisruptionBudgetSpec(maxUnavailable=0, selector=LabelSelector(matchLabels=LABELS))
    metadata = ObjectMeta(name="keep", namespace=NAMESPACE)
    cluster.client.create(PodDisruptionBudget(metadata=metadata, spec=spec))
    names = sorted(pod.metadata.name or "" for pod in cluster.pods(NAMESPACE) if pod.metadata)
    counted = wait_until(
        lambda: cluster.client.get(PodDisruptionBudget, "keep", namespace=NAMESPACE).status,
        lambda status: status is not None and status.desiredHealthy == len(names),
        patience_seconds=60,
    )
    assert counted.ending is Ending.DONE
    return ", ".join(f"{NAMESPACE}/{name}" for name in names)


def test_down_with_nodes_and_pods_leaves_no_instance_no_process_and_no_port(empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    empty_sandbox.eks_efa("scale-out", "--pods", "2").succeeded()
    assert len(empty_sandbox.karpenter_instances()) == 2
    ports = empty_sandbox.ports()
    assert ports
    kept = keep_by_budget(empty_sandbox)
    refused = empty_sandbox.eks_efa("down")
    assert refused.code == 1
    assert f"PodDisruptionBudget {NAMESPACE}/keep keeps {kept}; end them or lift that" in refused.messages
    assert len(empty_sandbox.karpenter_instances()) == 2
    down = empty_sandbox.eks_efa("down", "--force-drain").succeeded()
    assert "no instance is left" in down.messages
    assert "deleted log group /aws/eks/efa-sandbox/cluster, which EKS had made again" in down.messages
    assert "left in us-west-2" not in down.messages
    assert list(empty_sandbox.processes().values()) == []
    assert [port for port in ports if answers(port)] == []
    again = empty_sandbox.eks_efa("down").succeeded()
    assert "nothing runs" in again.messages
    assert not empty_sandbox.status()["sandbox"]["running"]


def test_two_sandboxes_run_side_by_side(sandbox: Sandbox, empty_sandbox: Sandbox) -> None:
    empty_sandbox.eks_efa("up").succeeded()
    assert not sandbox.ports() & empty_sandbox.ports()
    empty_sandbox.eks_efa("down").succeeded()
    assert sandbox.status()["karpenter"]["ready"]


def test_a_down_of_what_never_ran_is_no_error(empty_sandbox: Sandbox) -> None:
    assert empty_sandbox.eks_efa("down").succeeded().code == 0
    assert json.loads(empty_sandbox.eks_efa("status", "--json").output)["sandbox"]["running"] is False


@pytest.fixture
def of_a_copy(empty_sandbox: Sandbox, tmp_path: Path) -> Callable[..., str]:
    """Runs a verb of a copy of this repository, and gives what it complains of. With `protected` the stack
    says first whether it is protected."""
    copy = tmp_path / "copy"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    for name in filter(None, tracked.stdout.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, copy / name)
    stack_file = copy / "Pulumi.sandbox.yaml"
    unsaid = stack_file.read_text()
    name = "    name: efa-sandbox\n"

    def run(*arguments: str, protected: bool | None = None) -> str:
        if protected is not None:
            said = f"{name}    deletionProtection: {json.dumps(protected)}\n"
            stack_file.write_text(unsaid.replace(name, said))
        command = [sys.executable, "-m", "cli", *arguments]
        environment = empty_sandbox.environment()
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        complaint = done.stderr.rpartition("error: ")[2].strip() if done.returncode else ""
        assert bool(complaint) == bool(done.returncode), done.stderr
        return complaint

    return run


def test_a_protected_stack_goes_by_the_documented_steps_and_not_over_nodes_of_others(
    of_a_copy: Callable[..., str], empty_sandbox: Sandbox
) -> None:
    assert of_a_copy("up", protected=True) == ""
    assert of_a_copy("down").startswith("stack sandbox: is protected, with all that runs in it")
    assert of_a_copy("down", protected=False).startswith("stack sandbox: is protected still")
    assert of_a_copy("up") == ""
    kubernetes = connect(empty_sandbox.paths.kubeconfig).client
    spec = kubernetes.get(NodePool, "g4dn")["spec"]
    kubernetes.create(NodePool.from_dict({"metadata": {"name": "by-hand"}, "spec": spec}))
    assert of_a_copy("down") == (
        "stack sandbox: Karpenter would go before NodePools by-hand, which are not the stack's: "
        "their instances would run on; run first: kubectl delete nodepool by-hand"
    )
    kubernetes.delete(NodePool, "by-hand")
    assert of_a_copy("down") == ""
    assert list(empty_sandbox.processes().values()) == []
