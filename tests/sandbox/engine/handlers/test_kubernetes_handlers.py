from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.errors import SandboxError, UnreachableError
from sandbox.engine.handlers import registry
from sandbox.engine.operations import Operations
from sandbox.engine.state import Record, StackState
from sandbox.engine.world import PROGRESS, World
from sandbox.paths import SandboxPaths
from tests.sandbox.engine.fake_kubernetes import FakeKubernetes, serving, write_kubeconfig
from tests.sandbox.engine.handlers.scenario import Made, make
from tests.sandbox.engine.standing_clock import StandingClock

CONFIG_MAP = "/api/v1/namespaces/apps/configmaps/settings"
POOL = "/apis/karpenter.sh/v1/nodepools/train"


@pytest.fixture
def api() -> FakeKubernetes:
    return FakeKubernetes()


@pytest.fixture
def cluster(api: FakeKubernetes, tmp_path: Path) -> Iterator[World]:
    clock = StandingClock()
    world = World("us-west-2", SandboxPaths(tmp_path), sleep=clock.sleep, clock=clock)
    with serving(api, world.paths.kubeconfig):
        yield world


def config_map(world: World, **data: str) -> Made:
    metadata = {"name": "settings", "namespace": "apps"}
    return make(
        world, "kubernetes:core/v1:ConfigMap", apiVersion="v1", kind="ConfigMap", metadata=metadata, data=data
    )


def node_pool(world: World, **metadata: Any) -> Made:
    return make(
        world,
        "kubernetes:karpenter.sh/v1:NodePool",
        apiVersion="karpenter.sh/v1",
        kind="NodePool",
        metadata={"name": "train", **metadata},
        spec={"limits": {"nodes": 4}},
    )


def test_an_object_is_applied_server_side_and_read_back(cluster: World, api: FakeKubernetes) -> None:
    made = config_map(cluster, a="1")
    assert made.id == "apps/settings"
    assert api.objects[CONFIG_MAP]["data"] == {"a": "1"}
    assert f"PATCH {CONFIG_MAP}?fieldManager=eks-efa-sandbox&force=true" in api.requests
    assert made.outputs["metadata"] == {"name": "settings", "namespace": "apps", "uid": "uid"}
    assert made.handler.read(cluster, made.id, made.inputs) == made.outputs


def test_an_update_applies_what_is_left(cluster: World, api: FakeKubernetes) -> None:
    made = config_map(cluster, a="1")
    made.update(data={"b": "2"})
    assert api.objects[CONFIG_MAP]["data"] == {"b": "2"}


def test_an_object_without_a_name_gets_the_engines_and_keeps_it(cluster: World, api: FakeKubernetes) -> None:
    made = make(cluster, "kubernetes:core/v1:ConfigMap", apiVersion="v1", kind="ConfigMap", data={"a": "1"})
    assert made.id == f"default/{made.name}"
    made.update(data={"a": "2"})
    assert api.objects[f"/api/v1/namespaces/default/configmaps/{made.name}"]["data"] == {"a": "2"}
    made.delete()
    assert api.objects == {}


def test_a_cluster_scoped_object_has_no_namespace(cluster: World, api: FakeKubernetes) -> None:
    assert node_pool(cluster).id == "train"
    assert list(api.objects) == [POOL]


def test_a_kind_is_waited_for_until_its_definition_is_served(cluster: World, api: FakeKubernetes) -> None:
    api.absent_groups["/apis/karpenter.sh/v1"] = 5
    assert node_pool(cluster).id == "train"


def test_a_kind_that_is_never_served_is_named(cluster: World) -> None:
    with pytest.raises(SandboxError, match=r"API server to serve x\.io/v1 Odd; is its CRD installed.*60 s"):
        make(cluster, "kubernetes:x.io/v1:Odd", apiVersion="x.io/v1", kind="Odd", metadata={"name": "a"})


def test_a_busy_api_server_is_asked_again(cluster: World, api: FakeKubernetes) -> None:
    api.busy = 2
    assert config_map(cluster).id == "apps/settings"


def test_what_the_api_server_refuses_is_one_line(cluster: World) -> None:
    with pytest.raises(SandboxError, match=r"^Kubernetes: 422: spec: Invalid value: must be an object; what"):
        make(
            cluster,
            "kubernetes:karpenter.sh/v1:NodePool",
            apiVersion="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": "train"},
            spec="wrong",
        )


def test_deleting_twice_is_deleting_once(cluster: World, api: FakeKubernetes) -> None:
    made = config_map(cluster)
    made.delete()
    made.delete()
    assert api.objects == {}


def test_one_that_a_controller_makes_anew_meanwhile_is_not_waited_for(
    cluster: World, api: FakeKubernetes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, delete = config_map(cluster), api._delete

    def delete_and_make_anew(path: str) -> tuple[int, Any]:
        old = api.objects[path]
        answer = delete(path)
        api.objects[path] = {**old, "metadata": {**old["metadata"], "uid": "another"}}
        return answer

    monkeypatch.setattr(api, "_delete", delete_and_make_anew)
    made.delete()
    assert api.objects[CONFIG_MAP]["metadata"]["uid"] == "another"


def test_an_object_whose_definition_is_gone_is_gone_too(cluster: World, api: FakeKubernetes) -> None:
    made = node_pool(cluster)
    del cluster.kubernetes  # the next run's client knows no kinds yet
    api.absent_groups["/apis/karpenter.sh/v1"] = 1
    made.delete()


def test_a_node_pool_that_stays_names_the_claims_and_pods_behind_it(
    cluster: World, api: FakeKubernetes
) -> None:
    made = node_pool(cluster, finalizers=["karpenter.sh/termination"])
    for number in range(5):
        api.objects[f"/apis/karpenter.sh/v1/nodeclaims/train-{number}"] = {
            "kind": "NodeClaim",
            "metadata": {"name": f"train-{number}", "labels": {"karpenter.sh/nodepool": "train"}},
            "spec": {},
            "status": {"nodeName": f"node-{number}"},
        }
    api.objects["/api/v1/namespaces/apps/pods/job"] = {
        "metadata": {"name": "job"},
        "spec": {"nodeName": "node-0"},
        "status": {"phase": "Running"},
    }
    daemon = {"name": "plugin", "ownerReferences": [{"kind": "DaemonSet"}]}
    api.objects["/api/v1/namespaces/apps/pods/plugin"] = {"metadata": daemon, "spec": {"nodeName": "node-0"}}
    told: list[str] = []
    token = PROGRESS.set(told.append)
    try:
        with pytest.raises(SandboxError) as failure:
            made.delete()
    finally:
        PROGRESS.reset(token)
    held = "NodePool train to be gone: NodeClaims train-0, train-1, train-2 and 2 more with pods job"
    assert str(failure.value) == f"{held}: still waiting after 600 s; see to it, then run again"
    assert told[0].startswith(f"waiting for {held} (")


def test_finalizers_of_others_are_named(cluster: World, api: FakeKubernetes) -> None:
    made = config_map(cluster)
    api.objects[CONFIG_MAP]["metadata"]["finalizers"] = ["example.com/slow"]
    with pytest.raises(SandboxError, match=r"settings to be gone: finalizers example\.com/slow: still"):
        made.delete()


def test_a_definition_is_waited_for_until_it_is_established(cluster: World, api: FakeKubernetes) -> None:
    make(
        cluster,
        "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        apiVersion="apiextensions.k8s.io/v1",
        kind="CustomResourceDefinition",
        metadata={"name": "things.example.com"},
    )
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com"
    assert f"GET {path}" in api.requests


def test_bundles_of_objects_are_refused(cluster: World) -> None:
    with pytest.raises(SandboxError, match="only single objects are supported"):
        make(cluster, "kubernetes:yaml/v2:ConfigGroup", yaml="...")


def test_a_control_plane_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    world = World("us-west-2", SandboxPaths(tmp_path))
    with pytest.raises(UnreachableError, match=r"kubeconfig: .*; start the sandbox first"):
        config_map(world)


def test_a_control_plane_is_known_by_its_kube_system_namespace(cluster: World, api: FakeKubernetes) -> None:
    api.objects["/api/v1/namespaces/kube-system"] = {"metadata": {"uid": "one"}}
    assert cluster.kubernetes.instance() == "one"


def test_a_refused_connection_is_one_line(tmp_path: Path) -> None:
    world = World("us-west-2", SandboxPaths(tmp_path))
    write_kubeconfig(world.paths.kubeconfig, "http://127.0.0.1:9")
    world.kubernetes.patience = 0.0
    with pytest.raises(
        UnreachableError, match=r"http://127\.0\.0\.1:9: .*refused.*; start the sandbox first"
    ):
        world.kubernetes.instance()


def recorded_pool(world: World) -> tuple[Path, Record]:
    """A NodePool that was made, in the state of a stack."""
    made = node_pool(world)
    record = Record("urn:pool", "kubernetes:karpenter.sh/v1:NodePool", "pool", id=made.id, inputs=made.inputs)
    path = world.paths.root / "dev.json"
    StackState(path, "dev").put(record)
    return path, record


def delete_recorded(world: World, path: Path, record: Record) -> None:
    Operations(StackState(path, "dev"), world, registry()).delete(record)


def test_nothing_is_forgotten_of_a_cluster_that_refuses(cluster: World, api: FakeKubernetes) -> None:
    path, record = recorded_pool(cluster)
    api.refuses = 401  # as after a token has expired
    with pytest.raises(SandboxError, match="Kubernetes: 401: Unauthorized"):
        delete_recorded(cluster, path, record)
    assert list(StackState(path, "dev")) == [record]
    assert POOL in api.objects


def test_nothing_is_forgotten_of_a_cluster_that_does_not_answer(world: World, api: FakeKubernetes) -> None:
    with serving(api, world.paths.kubeconfig):
        path, record = recorded_pool(world)
    world.kubernetes.patience = 0.0
    with pytest.raises(UnreachableError, match="start the sandbox first"):
        delete_recorded(world, path, record)
    assert list(StackState(path, "dev")) == [record]
