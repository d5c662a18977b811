"""The example job runs on nodes that Karpenter brings, and `prove` says of each recorded kind what it is."""

import json
from collections.abc import Iterator

import pytest
import yaml
from lightkube.core.exceptions import ApiError
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Pod
from lightkube.types import CascadeType

from cli.cluster import Cluster, connect
from nccl.facts import RECORDED_MARK
from sandbox.paths import REPOSITORY
from sandbox.world.kubernetes import Kubernetes
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

EXAMPLE = REPOSITORY / "examples" / "pytorch-efa" / "job.yaml"
NAME = "pytorch-efa"
PLACES = {
    "Service": "/api/v1/namespaces/default/services",
    "ConfigMap": "/api/v1/namespaces/default/configmaps",
    "Job": "/apis/batch/v1/namespaces/default/jobs",
}


@pytest.fixture(autouse=True, scope="module")
def without_nodes_after(sandbox: Sandbox) -> Iterator[None]:
    """They leave by themselves; the tests of another module need not meet them."""
    yield
    sandbox.eks_efa("scale-in").succeeded()


@pytest.fixture
def cluster(sandbox: Sandbox) -> Iterator[Cluster]:
    cluster = connect(sandbox.paths.kubeconfig)
    yield cluster
    sandbox.eks_efa("fault", "clear").succeeded()
    delete(cluster)


def phases(cluster: Cluster) -> list[str]:
    pods = cluster.client.list(Pod, namespace="default", labels={"app": NAME})
    return [str(pod.status.phase) for pod in pods if pod.status]


def start(cluster: Cluster) -> None:
    """The example as it stands, until its two pods run."""
    kubernetes = Kubernetes(cluster.kubeconfig)
    for each in yaml.safe_load_all(EXAMPLE.read_text()):
        kubernetes.apply(f"{PLACES[each['kind']]}/{NAME}", each)
    wait_for("two pods run", lambda: phases(cluster) == ["Running", "Running"])


def delete(cluster: Cluster) -> None:
    try:
        cluster.client.delete(Job, NAME, namespace="default", cascade=CascadeType.BACKGROUND)
    except ApiError as error:
        assert error.status.code == 404, error
    wait_for("no pods are left", lambda: phases(cluster) == [])


def test_the_example_is_proven_whatever_it_goes_over_and_its_pods_run_on(
    sandbox: Sandbox, cluster: Cluster
) -> None:
    start(cluster)
    said = sandbox.eks_efa("prove", NAME).succeeded()
    assert "PASS: job pytorch-efa in namespace default" in said.output
    assert RECORDED_MARK in said.output
    for fault, first in (("tcp", "go over Socket"), ("mixed", "mixed: ")):
        delete(cluster)
        sandbox.eks_efa("fault", "job", fault).succeeded()
        start(cluster)
        said = sandbox.eks_efa("prove", "-l", f"app={NAME}", "-n", "default", "--json")
        found = json.loads(said.output)
        assert (said.code, found["outcome"], found["recorded"]) == (1, "FAIL", True)
        assert first in found["reasons"][0]
        assert "NCCL finds no network plugin in its image" in found["reasons"][1]


def test_a_job_that_is_not_there_is_one_line(sandbox: Sandbox) -> None:
    said = sandbox.eks_efa("prove", "nobody")
    assert (said.code, said.output, said.messages.count("\n")) == (2, "", 1)
    assert said.messages.startswith("error: job nobody: not there in any namespace; ")
