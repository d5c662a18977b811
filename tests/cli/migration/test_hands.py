import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster as Address
from lightkube.config.models import User
from lightkube.core.exceptions import ApiError

from cli.cluster import Cluster
from cli.migration.groups import Aws
from cli.migration.hands import Hands
from cli.migration.scene import GroupNode
from settings.tree import Settings
from tests.cli.migration.scenes import gpu_pod

AUTOSCALER = "/apis/apps/v1/namespaces/kube-system/deployments/cluster-autoscaler"
NODE = GroupNode("one", "i-one")


@dataclass
class Recorder:
    """An API server that writes down what it is asked to change, and answers as it is told."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuse_with: int | None = None
    changes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "GET":
            found = self.objects.get(path)
            return httpx2.Response(200, json=found) if found else self._status(404)
        if self.refuse_with:
            return self._status(self.refuse_with)
        body = json.loads(request.content)
        self.changes.append((path, body))
        return httpx2.Response(200, json=self.objects.get(path, body))

    def _status(self, code: int) -> httpx2.Response:
        return httpx2.Response(code, json={"kind": "Status", "code": code, "message": "no"})

    def hands(self) -> Hands:
        config = KubeConfig.from_one(cluster=Address("http://127.0.0.1:1"), user=User(token="t"))
        client = Client(config, transport=httpx2.MockTransport(self.answer))
        settings = Settings.model_validate_json('{"cluster": {"name": "train"}}')
        return Hands("dev", settings, Cluster(Path("kubeconfig"), client), Aws(None, None, None))


def deployment(replicas: int, **annotations: str) -> dict[str, Any]:
    metadata = {"name": "cluster-autoscaler", "annotations": annotations}
    spec = {"replicas": replicas, "selector": {}, "template": {}}
    return {"metadata": metadata, "spec": spec, "status": {"replicas": replicas}}


def test_cluster_autoscaler_goes_to_zero_and_what_it_had_is_remembered() -> None:
    server = Recorder({AUTOSCALER: deployment(2)})
    server.hands().stop_cluster_autoscaler()
    assert server.changes == [
        (
            AUTOSCALER,
            {
                "metadata": {"annotations": {"eks-efa/replicas-before-migration": "2"}},
                "spec": {"replicas": 0},
            },
        )
    ]


def test_one_that_has_stopped_or_is_not_there_is_left_alone() -> None:
    for objects in ({AUTOSCALER: deployment(0)}, {}):
        server = Recorder(objects)
        server.hands().stop_cluster_autoscaler()
        assert not server.hands().runs_cluster_autoscaler()
        assert server.changes == []


def test_on_the_way_back_it_gets_what_it_had() -> None:
    server = Recorder({AUTOSCALER: deployment(0, **{"eks-efa/replicas-before-migration": "2"})})
    assert server.hands().start_cluster_autoscaler() == 2
    ((_, patch),) = server.changes
    assert patch["spec"] == {"replicas": 2}
    assert patch["metadata"]["annotations"] == {"eks-efa/replicas-before-migration": None}


def test_one_that_no_migration_has_stopped_stays_as_it_is() -> None:
    server = Recorder({AUTOSCALER: deployment(0)})
    assert server.hands().start_cluster_autoscaler() is None
    assert server.changes == []


def test_a_node_is_closed_and_marked_in_one_write_and_opened_in_one() -> None:
    server = Recorder()
    server.hands().begin(NODE)
    server.hands().undo(NODE)
    marks = [(body["spec"], body["metadata"]["annotations"]) for _, body in server.changes]
    assert marks == [
        ({"unschedulable": True}, {"eks-efa/migrating": "true"}),
        ({"unschedulable": None}, {"eks-efa/migrating": None}),
    ]


def test_a_pod_is_evicted_through_the_api_that_keeps_budgets_and_only_that_very_pod() -> None:
    server = Recorder()
    assert server.hands().evict(gpu_pod("worker-0", owner="StatefulSet"))
    ((path, body),) = server.changes
    assert path == "/api/v1/namespaces/train/pods/worker-0/eviction"
    assert body["deleteOptions"]["preconditions"] == {"uid": "worker-0"}


def test_a_budget_that_is_used_up_says_not_now() -> None:
    assert not Recorder(refuse_with=429).hands().evict(gpu_pod("a"))


@pytest.mark.parametrize("status", [404, 409])
def test_a_pod_that_has_gone_meanwhile_is_gone(status: int) -> None:
    assert Recorder(refuse_with=status).hands().evict(gpu_pod("a"))


def test_any_other_refusal_is_an_error() -> None:
    with pytest.raises(ApiError):
        Recorder(refuse_with=403).hands().evict(gpu_pod("a"))
