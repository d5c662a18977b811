from pathlib import Path

from sandbox.engine.handlers.definitions import open_storages
from sandbox.engine.handlers.helm_releases import HelmRelease
from sandbox.engine.handlers.kubernetes_objects import KubernetesObject
from sandbox.engine.kubernetes_api import KubernetesApi
from sandbox.engine.kubernetes_kinds import Manifest
from sandbox.engine.world import World
from sandbox.paths import SandboxPaths
from tests.sandbox.engine.fake_kubernetes import FakeKubernetes, serving

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def definition(group: str, plural: str, release: str | None) -> Manifest:
    versions = [{"name": "v1alpha1", "served": False}, {"name": "v1", "served": True}]
    return {
        "metadata": {"annotations": {"meta.helm.sh/release-name": release}} if release else {},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {"kind": plural.capitalize(), "plural": plural},
            "versions": versions,
        },
    }


def test_each_kind_of_a_release_is_asked_for_once_before_it_goes(tmp_path: Path) -> None:
    fake = FakeKubernetes(
        objects={
            f"{DEFINITIONS}/a": definition("karpenter.sh", "nodepools", "karpenter-crd"),
            f"{DEFINITIONS}/b": definition("karpenter.sh", "nodeclaims", "karpenter-crd"),
            f"{DEFINITIONS}/c": definition("example.com", "pods", "another"),
            f"{DEFINITIONS}/d": definition("example.com", "namespaces", None),
        }
    )
    with serving(fake, tmp_path / "kubeconfig"):
        open_storages(KubernetesApi(tmp_path / "kubeconfig"), "karpenter-crd")
    asked = [request for request in fake.requests if "apiextensions" not in request]
    assert asked == ["GET /apis/karpenter.sh/v1/nodepools", "GET /apis/karpenter.sh/v1/nodeclaims"]


class NotedHelm:
    """Notes its calls among the requests that the API server gets."""

    def __init__(self, requests: list[str]) -> None:
        self._requests = requests

    def uninstall(self, name: str, namespace: str, seconds: int) -> None:
        self._requests.append(f"helm uninstall {name}")


def test_a_release_asks_for_its_kinds_before_helm_takes_them_away(tmp_path: Path) -> None:
    kept = definition("karpenter.sh", "nodepools", "karpenter-crd")
    fake = FakeKubernetes(objects={f"{DEFINITIONS}/a": kept})
    world = World("us-west-2", SandboxPaths(tmp_path))
    world.__dict__["helm"] = NotedHelm(fake.requests)
    with serving(fake, world.paths.kubeconfig):
        HelmRelease().delete(world, "kube-system/karpenter-crd", {}, {})
    assert fake.requests[-2:] == ["GET /apis/karpenter.sh/v1/nodepools", "helm uninstall karpenter-crd"]


def test_a_definition_of_a_manifest_is_asked_for_its_kind_before_it_goes(tmp_path: Path) -> None:
    fake = FakeKubernetes(objects={f"{DEFINITIONS}/a": definition("kubeflow.org", "mpijobs", None)})
    world = World("us-west-2", SandboxPaths(tmp_path))
    inputs = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    with serving(fake, world.paths.kubeconfig):
        KubernetesObject().delete(world, "a", inputs, {})
    assert fake.requests.index("GET /apis/kubeflow.org/v1/mpijobs") < fake.requests.index(
        f"DELETE {DEFINITIONS}/a"
    )
