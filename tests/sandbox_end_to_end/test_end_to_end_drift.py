"""What the real Karpenter does to a running pod when its node is no longer what the settings say."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cli.scale_deployment import NAMESPACE
from knowledge.disruption import DRIFTED, budgets
from sandbox.world.kubernetes import CONFLICT, NODE_CLAIMS, Document, Kubernetes, KubernetesError
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

pytestmark = pytest.mark.timed

POOL = "g4dn"
NODE_POOL = f"/apis/karpenter.sh/v1/nodepools/{POOL}"
NODE_CLASS = f"/apis/karpenter.k8s.aws/v1/ec2nodeclasses/{POOL}"
EVENTS = "/api/v1/namespaces/default/events"
HELD = f"No allowed disruptions for disruption reason {DRIFTED} due to blocking budget"
"""Karpenter looks for drift every five minutes, and at once where a NodePool or EC2NodeClass changes."""


@pytest.fixture
def running(sandbox: Sandbox) -> Iterator[Kubernetes]:
    """The API server of a sandbox in which one pod runs on a node of Karpenter's."""
    sandbox.eks_efa("scale-out", "--pods", "1", "--gpus", "1", "--efa", "1", "--pool", POOL).succeeded()
    kubernetes = Kubernetes(sandbox.paths.kubeconfig)
    try:
        yield kubernetes
    finally:
        kubernetes.close()
        sandbox.eks_efa("scale-in").succeeded()


@contextmanager
def changed(kubernetes: Kubernetes, path: str, **spec: Any) -> Iterator[None]:
    """Other fields in an object's spec, and what was there afterwards."""
    before = kubernetes.get(path)["spec"]

    def write(wanted: Document) -> None:
        while True:  # until nobody, such as Karpenter, writes between reading and writing
            try:
                kubernetes.replace(path, {**kubernetes.get(path), "spec": wanted})
            except KubernetesError as error:
                if error.status == CONFLICT:
                    continue
                raise
            return

    write({**before, **spec})
    try:
        yield
    finally:
        write(before)


def pods(kubernetes: Kubernetes) -> dict[str, str]:
    """Phase by uid of the pods that were asked for."""
    found = kubernetes.get(f"/api/v1/namespaces/{NAMESPACE}/pods")["items"]
    return {pod["metadata"]["uid"]: pod["status"]["phase"] for pod in found}


def drifted(kubernetes: Kubernetes) -> list[str]:
    """Names of the NodeClaims that Karpenter has found to have drifted."""
    return [
        claim["metadata"]["name"]
        for claim in kubernetes.get(NODE_CLAIMS)["items"]
        for condition in claim["status"].get("conditions", [])
        if (condition["type"], condition["status"]) == (DRIFTED, "True")
    ]


def about_the_pool(kubernetes: Kubernetes) -> dict[str, str]:
    """Messages by name of the events about the NodePool."""
    return {
        event["metadata"]["name"]: event["message"]
        for event in kubernetes.get(EVENTS)["items"]
        if (event["involvedObject"].get("kind"), event["involvedObject"].get("name")) == ("NodePool", POOL)
    }


def held_back(kubernetes: Kubernetes) -> bool:
    """Whether Karpenter has looked at a drifted node and found that its budget lets none go."""
    return HELD in about_the_pool(kubernetes).values()


def another_label(kubernetes: Kubernetes) -> tuple[str, Document]:
    template = copy.deepcopy(kubernetes.get(NODE_POOL)["spec"]["template"])
    template["metadata"]["labels"]["example.com/rack"] = "7"
    return NODE_POOL, {"template": template}


def another_image(kubernetes: Kubernetes) -> tuple[str, Document]:
    assert kubernetes.get(NODE_CLASS)["spec"]["amiSelectorTerms"] == [{"alias": "al2023@latest"}]
    return NODE_CLASS, {"amiSelectorTerms": [{"alias": "al2023@v20260714"}]}


@pytest.mark.parametrize("change", [another_label, another_image])
def test_a_drifted_node_keeps_its_pod_until_the_settings_give_it_up(running: Kubernetes, change: Any) -> None:
    for event in about_the_pool(running):
        running.delete(f"{EVENTS}/{event}")
    before = pods(running)
    path, spec = change(running)
    with changed(running, path, **spec):
        wait_for("drifted NodeClaim", lambda: len(drifted(running)) == 1)
        wait_for("look of Karpenter's that was held back", lambda: held_back(running))
        assert pods(running) == before
        raised = {**running.get(NODE_POOL)["spec"]["disruption"], "budgets": budgets("0", "1")}
        with changed(running, NODE_POOL, disruption=raised):
            wait_for("pod elsewhere", lambda: before.keys().isdisjoint(pods(running)))
