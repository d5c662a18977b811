"""Running pods move from a node group to Karpenter's nodes; the first run is killed in the middle."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sandbox.paths import REPOSITORY
from sandbox.world.kubernetes import NODES, Document, Kubernetes
from sandbox.world.pod_status import phase_of
from tests.sandbox_end_to_end.driver import Sandbox, wait_for
from tests.sandbox_end_to_end.node_groups import GROUP, scaled_by_hand

NAMESPACE = "migrating"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
AUTOSCALER = "/apis/apps/v1/namespaces/kube-system/deployments/cluster-autoscaler"
LABELS = {"app": "worker"}
MARK = "eks-efa/migrating"
WHOLE_NODE = {"nvidia.com/gpu": "8", "vpc.amazonaws.com/efa": "4"}


def template(labels: dict[str, str], limits: dict[str, str]) -> Document:
    container = {"name": "main", "image": "pause", "resources": {"limits": limits}}
    spec = {
        "tolerations": [
            {"key": key, "operator": "Exists"} for key in ("nvidia.com/gpu", "CriticalAddonsOnly")
        ],
        "containers": [container],
        "terminationGracePeriodSeconds": 0,
    }
    return {"metadata": {"labels": labels}, "spec": spec}


def deployment(
    name: str, namespace: str, replicas: int, labels: dict[str, str], limits: dict[str, str]
) -> Document:
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": template(labels, limits),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def budget() -> Document:
    """One of the pods may be missing at a time."""
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "worker"},
        "spec": spec,
    }


@pytest.fixture
def kubernetes(sandbox: Sandbox) -> Iterator[Kubernetes]:
    """A client, and a Deployment that has Cluster Autoscaler's name and does nothing; all goes afterwards."""
    client = Kubernetes(sandbox.paths.kubeconfig)
    client.create("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    stand_in = deployment("cluster-autoscaler", "kube-system", 1, {"app": "stand-in"}, {})
    client.create("/apis/apps/v1/namespaces/kube-system/deployments", stand_in)
    yield client
    client.delete(AUTOSCALER)
    client.delete(f"/api/v1/namespaces/{NAMESPACE}")
    # The next test makes one of the same name.
    wait_for(
        "end of the namespace",
        lambda: not client.items("/api/v1/namespaces", fieldSelector=f"metadata.name={NAMESPACE}"),
    )
    client.close()
    sandbox.eks_efa("scale-in").succeeded()


@pytest.fixture
def working(sandbox: Sandbox, kubernetes: Kubernetes) -> Iterator[Kubernetes]:
    """Two nodes by hand, a pod on each, and the budget."""
    with scaled_by_hand(sandbox, nodes=2):
        workers = deployment("worker", NAMESPACE, 2, LABELS, WHOLE_NODE)
        deployments = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
        kubernetes.create(deployments, workers)
        kubernetes.create(f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets", budget())
        wait_for("two pods", lambda: len(ready(kubernetes)) == 2)
        assert places(sandbox, kubernetes) == [GROUP, GROUP]
        yield kubernetes
        # Before the nodes go: nobody shall look for others.
        kubernetes.delete(f"{deployments}/worker")
        wait_for("end of the pods", lambda: not ready(kubernetes))


def ready(kubernetes: Kubernetes) -> list[Document]:
    """Workers that run and say so."""
    return [
        pod
        for pod in kubernetes.items(PODS, labelSelector="app=worker")
        if phase_of(pod) == "Running"
        and "deletionTimestamp" not in pod["metadata"]
        and {"Ready": "True"}.items()
        <= {each["type"]: each["status"] for each in pod["status"]["conditions"]}.items()
    ]


def places(sandbox: Sandbox, kubernetes: Kubernetes) -> list[str]:
    """The group or provisioner that each worker runs on."""
    nodes = {node["name"]: node["group"] or node["provisioner"] for node in sandbox.status()["nodes"]}
    return sorted(nodes[pod["spec"]["nodeName"]] for pod in ready(kubernetes))


def marked(kubernetes: Kubernetes) -> list[str]:
    nodes = kubernetes.items(NODES)
    return [node["metadata"]["name"] for node in nodes if MARK in node["metadata"].get("annotations", {})]


@contextmanager
def counting(kubernetes: Kubernetes) -> Iterator[list[int]]:
    """How many workers were ready, many times a second."""
    counts: list[int] = []
    over = threading.Event()

    def count() -> None:
        while not over.wait(0.1):
            counts.append(len(ready(kubernetes)))

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()


def killed_once_a_node_is_begun(sandbox: Sandbox, kubernetes: Kubernetes) -> None:
    begun = subprocess.Popen(
        sandbox.command("migrate"),
        cwd=REPOSITORY,
        env=sandbox.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for("mark", lambda: bool(marked(kubernetes)))
    finally:
        begun.kill()
        begun.wait()


def autoscaler(kubernetes: Kubernetes) -> Any:
    return kubernetes.get(AUTOSCALER)["spec"]["replicas"]


def test_pods_move_within_their_budget_though_the_first_run_is_killed(
    sandbox: Sandbox, working: Kubernetes
) -> None:
    planned = sandbox.eks_efa("migrate-plan").succeeded().output
    assert planned.count("goes:") == 2
    with counting(working) as counts:
        killed_once_a_node_is_begun(sandbox, working)
        assert autoscaler(working) == 0
        again = sandbox.eks_efa("migrate").succeeded()
    assert counts
    assert min(counts) >= 1
    assert places(sandbox, working) == ["p4d", "p4d"]
    assert [node for node in sandbox.status()["nodes"] if node["group"] == GROUP] == []
    assert "moved" in again.messages
    assert len(sandbox.karpenter_instances()) == 2
    before = {pod["metadata"]["uid"] for pod in ready(working)}
    sandbox.eks_efa("migrate").succeeded()
    assert {pod["metadata"]["uid"] for pod in ready(working)} == before


def test_a_pod_that_would_be_lost_stops_everything_before_anything_is_touched(
    sandbox: Sandbox, working: Kubernetes
) -> None:
    bare = {**template({"app": "bare"}, {}), "apiVersion": "v1", "kind": "Pod"}
    bare["metadata"] |= {"name": "bare"}
    bare["spec"] |= {"nodeSelector": {"eks-efa/pool": GROUP}}
    working.create(PODS, bare)
    wait_for("bare pod", lambda: phase_of(working.get(f"{PODS}/bare")) == "Running")
    planned = sandbox.eks_efa("migrate-plan")
    assert planned.code == 1
    assert "migrating/bare has no controller" in " ".join(planned.output.split())
    refused = sandbox.eks_efa("migrate")
    assert refused.code == 1
    assert "Traceback" not in refused.messages
    assert (marked(working), autoscaler(working)) == ([], 1)
    assert places(sandbox, working) == [GROUP, GROUP]
    left = sandbox.eks_efa("migrate", "--partly")
    assert left.code == 1
    assert places(sandbox, working) == sorted([GROUP, "p4d"])
    assert phase_of(working.get(f"{PODS}/bare")) == "Running"


def test_the_way_back_opens_the_node_and_starts_the_other_autoscaler(
    sandbox: Sandbox, working: Kubernetes
) -> None:
    killed_once_a_node_is_begun(sandbox, working)
    assert autoscaler(working) == 0
    sandbox.eks_efa("migrate", "--back").succeeded()
    assert (marked(working), autoscaler(working)) == ([], 1)
    assert not any(node["spec"].get("unschedulable") for node in working.items(NODES))
