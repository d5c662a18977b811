"""What Karpenter may not move keeps a stack from going, and is told before anything has begun."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cli import draining
from cli.deployed import NAMESPACE, NODE_POOL, Deployed
from cli.draining import drained, forced_drain
from cli.errors import CommandError
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.test_leftovers import stack as adopting
from tests.cli.test_teardown import stack

OF_POOL = {"karpenter.sh/nodepool": "p5"}
CLAIM = "/apis/karpenter.sh/v1/nodeclaims/p5-a"


@pytest.fixture(autouse=True)
def own_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Deployed("urn", NODE_POOL, "p5", protect=False)
    monkeypatch.setattr(draining, "deployed", lambda stack: (own,))


def cluster_of_pods(*pods: str, on: str = "node-a", **claim: Any) -> FakeApi:
    """A node of Karpenter's, and pods of the app `train` there or elsewhere."""
    there = FakeApi()
    there.put(
        CLAIM, {"metadata": {"name": "p5-a", "labels": OF_POOL}, "status": {"nodeName": "node-a"}, **claim}
    )
    for name in pods:
        pod(there, name, on)
    return there


def pod(there: FakeApi, name: str, on: str, *, phase: str = "Running", **metadata: Any) -> None:
    described = {
        "metadata": {"name": name, "namespace": "team", "labels": {"app": "train"}, **metadata},
        "spec": {"nodeName": on, "containers": []},
        "status": {"phase": phase, "conditions": [{"type": "Ready", "status": "True"}]},
    }
    there.put(f"/api/v1/namespaces/team/pods/{name}", described)
    # What is asked of all namespaces at once.
    there.put(f"/api/v1/pods/{name}", described)


def budget(there: FakeApi, healthy: int, **selector: Any) -> None:
    status = {"desiredHealthy": healthy, "currentHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}
    spec = {"selector": selector or {"matchLabels": {"app": "train"}}}
    described = {"metadata": {"name": "keep", "namespace": "team"}, "spec": spec, "status": status}
    there.put("/apis/policy/v1/poddisruptionbudgets/keep", described)


def refusal(there: FakeApi) -> str | None:
    try:
        with drained(stack(), there.cluster(), force=False):
            pass
    except CommandError as error:
        return str(error)
    return None


def line(kept: str) -> str:
    return (
        f"stack dev: Karpenter may not move pods off its nodes, and would wait for ever: {kept}; "
        "end them or lift that; or run: eks-efa down --stack dev --force-drain, "
        "which ends them a minute after it begins"
    )


def test_a_budget_that_lets_nobody_go_is_named_with_its_pods() -> None:
    there = cluster_of_pods("a", "b", "c", "d", "e")
    budget(there, 5)
    assert refusal(there) == line("PodDisruptionBudget team/keep keeps team/a, team/b, team/c and 2 more")


def test_a_budget_that_allows_one_is_no_better_where_its_replacement_finds_no_node() -> None:
    there = cluster_of_pods("a", "b")
    budget(there, 1)
    assert refusal(there) == line("PodDisruptionBudget team/keep keeps team/a, team/b")


def test_a_budget_that_is_content_with_pods_elsewhere_is_in_nobodys_way() -> None:
    there = cluster_of_pods("a")
    budget(there, 1)
    pod(there, "other", "node-b")
    assert refusal(there) is None


@pytest.mark.parametrize(
    ("selector", "kept"),
    [
        ({"matchLabels": {"app": "other"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["train"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["train"]}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_a_budget_is_for_the_pods_that_it_selects(selector: dict[str, Any], kept: bool) -> None:
    there = cluster_of_pods("a")
    budget(there, 1, **selector)
    assert (refusal(there) is not None) is kept


def test_pods_that_say_not_to_be_disrupted_are_named() -> None:
    there = cluster_of_pods()
    pod(there, "train-0", "node-a", annotations={"karpenter.sh/do-not-disrupt": "true"})
    pod(there, "for-a-while", "node-a", annotations={"karpenter.sh/do-not-disrupt": "1h"})
    pod(there, "done", "node-a", phase="Succeeded", annotations={"karpenter.sh/do-not-disrupt": "true"})
    pod(there, "elsewhere", "node-b", annotations={"karpenter.sh/do-not-disrupt": "true"})
    assert refusal(there) == line("annotation karpenter.sh/do-not-disrupt keeps team/train-0")


def test_pods_of_a_namespace_that_goes_with_the_stack_are_gone_before_its_nodes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = cluster_of_pods("a")
    pod(there, "worker-0", "node-a", annotations={"karpenter.sh/do-not-disrupt": "true"})
    budget(there, 1)
    assert refusal(there) is not None
    own = (
        Deployed("urn", NODE_POOL, "p5", protect=False),
        Deployed("urn:n", NAMESPACE, "team", protect=False),
    )
    monkeypatch.setattr(draining, "deployed", lambda stack: own)
    assert refusal(there) is None


def test_pods_of_scale_out_are_removed_before_the_nodes_where_the_cluster_was_adopted() -> None:
    there = cluster_of_pods()
    keep = {"karpenter.sh/do-not-disrupt": "true"}
    pod(there, "scale-0", "node-a", namespace="eks-efa-scale", annotations=keep)
    assert refusal(there) == line("annotation karpenter.sh/do-not-disrupt keeps eks-efa-scale/scale-0")
    with drained(adopting(adopts=True), there.cluster(), force=False):
        pass


def test_pods_that_stay_on_a_node_to_its_end_are_not_waited_for() -> None:
    there = cluster_of_pods()
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "u"}
    pod(there, "plugin", "node-a", ownerReferences=[owner])
    budget(there, 1)
    assert refusal(there) is None


def test_where_a_drain_ends_by_itself_nothing_is_refused() -> None:
    there = cluster_of_pods("a", spec={"terminationGracePeriod": "1h"})
    budget(there, 1)
    assert refusal(there) is None


ENDS = {"karpenter.sh/nodeclaim-termination-timestamp": "2026-11-30T12:01:00Z"}


def test_a_forced_drain_ends_a_minute_later_and_is_lifted_where_the_stack_stays() -> None:
    there = cluster_of_pods("a")
    cluster = there.cluster()
    claims = cluster.node_claims()
    noon = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    with forced_drain(cluster, claims, lambda: noon):
        assert there.objects[CLAIM]["metadata"]["annotations"] == ENDS
    assert there.objects[CLAIM]["metadata"]["annotations"] == ENDS
    with pytest.raises(KeyboardInterrupt), forced_drain(cluster, claims, lambda: noon):
        raise KeyboardInterrupt
    assert there.objects[CLAIM]["metadata"]["annotations"] == dict.fromkeys(ENDS)


def test_an_api_server_that_refuses_by_then_does_not_hide_what_went_wrong() -> None:
    there = cluster_of_pods("a")
    with pytest.raises(KeyboardInterrupt), drained(stack(), there.cluster(), force=True):
        there.failing = True
        raise KeyboardInterrupt


@pytest.mark.parametrize("undefined", ["nodeclaims", "karpenter.sh"])
def test_nodes_that_have_gone_meanwhile_are_let_go(undefined: str) -> None:
    there = cluster_of_pods("a")
    with pytest.raises(KeyboardInterrupt), drained(stack(), there.cluster(), force=True):
        there.undefined = {undefined}
        raise KeyboardInterrupt


def test_nodes_of_other_stacks_are_their_own_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "deployed", lambda stack: ())
    there = cluster_of_pods("a")
    budget(there, 1)
    assert refusal(there) is None
