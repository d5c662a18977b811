"""A picture of a cluster: every object of every kind, without what only tells of the moment."""

import time
from typing import Any

import pytest

from sandbox.stranger.kubernetes_picture import kubernetes_picture
from sandbox.stranger.pictures import differences
from sandbox.world.kubernetes import Document, Kubernetes, KubernetesError

WEB = {"name": "shop", "namespace": "web", "uid": "1"}


def kind(name: str, *verbs: str) -> dict[str, Any]:
    return {"name": name, "verbs": verbs or ("get", "list")}


class Served(Kubernetes):
    """Answers by path; an error is raised, and a list of errors one after the other before the answer."""

    def __init__(self, **objects: list[Document]) -> None:
        self.objects = objects
        self.asked: list[str] = []
        self.refusals: dict[str, list[int]] = {}
        versions = [{"groupVersion": "apps/v1"}, {"groupVersion": "apps/v1beta1"}]
        self.answers: dict[str, Document] = {
            "/apis": {"groups": [{"preferredVersion": versions[0], "versions": versions}]},
            "/api/v1": {
                "resources": [
                    kind("pods"),
                    kind("pods/status"),
                    kind("secrets"),
                    kind("bindings", "create"),
                    kind("events"),
                    kind("nodes"),
                ]
            },
            "/apis/apps/v1": {"resources": [kind("deployments")]},
            "/apis/apps/v1beta1": {"resources": [kind("deployments"), kind("rollouts")]},
        }

    def get(self, path: str, **parameters: str) -> Document:
        self.asked.append(path)
        if self.refusals.get(path):
            raise KubernetesError(self.refusals[path].pop(0), path)
        if path in self.answers:
            return self.answers[path]
        return {"items": self.objects.get(path.rpartition("/")[2], [])}


def thing(name: str = "x", uid: str = "1", **more: Any) -> Document:
    return {"metadata": {"name": name, "uid": uid}, **more}


def test_every_kind_is_listed_once_in_its_preferred_version() -> None:
    web = [{"metadata": WEB}]
    served = Served(pods=web, nodes=[thing("n")], deployments=web, rollouts=web)
    found = kubernetes_picture(served)
    assert "/apis/apps/v1beta1/deployments" not in served.asked
    assert set(found) == {"pods web/shop", "nodes n", "deployments.apps web/shop", "rollouts.apps web/shop"}


def test_status_book_keeping_and_events_are_left_out() -> None:
    kept = {"name": "n", "uid": "1", "labels": {"a": "b"}}
    passing = {
        "resourceVersion": "7",
        "generation": 3,
        "managedFields": [],
        "creationTimestamp": "now",
        "annotations": {"node.alpha.kubernetes.io/ttl": "15"},
    }
    node = {"metadata": {**kept, **passing}, "spec": {}, "status": {"phase": "Running"}}
    assert kubernetes_picture(Served(nodes=[node], events=[thing()])) == {
        "nodes n": {"metadata": kept, "spec": {}}
    }


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (thing(uid="2"), "changed  nodes x: metadata.uid: 1 is now 2"),
        (thing(spec={"taints": [1]}), "changed  nodes x: spec: added {"),
        (thing("y"), "added    nodes y"),
    ],
)
def test_one_that_was_made_anew_changed_or_added_is_seen(now: Document, line: str) -> None:
    seen = differences(kubernetes_picture(Served(nodes=[thing()])), kubernetes_picture(Served(nodes=[now])))
    assert [each for each in seen if each.startswith(line)]


def test_secrets_can_be_compared_and_not_read() -> None:
    one = kubernetes_picture(Served(secrets=[thing(data={"password": "c2VjcmV0"})]))
    other = kubernetes_picture(Served(secrets=[thing(data={"password": "b3RoZXI="})]))
    assert "c2VjcmV0" not in str(one)
    assert one != other


def test_a_kind_whose_definition_goes_meanwhile_has_no_objects() -> None:
    served = Served(nodes=[thing()])
    served.refusals["/apis/apps/v1/deployments"] = [404]
    assert set(kubernetes_picture(served)) == {"nodes x"}


def test_a_kind_whose_storage_is_just_opening_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    served = Served(nodes=[thing()])
    served.refusals["/api/v1/nodes"] = [429, 429]
    assert set(kubernetes_picture(served)) == {"nodes x"}


def test_any_other_refusal_is_an_error() -> None:
    served = Served()
    served.refusals["/api/v1/nodes"] = [403]
    with pytest.raises(KubernetesError, match="/api/v1/nodes"):
        kubernetes_picture(served)
