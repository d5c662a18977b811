from dataclasses import replace

from lightkube.models.core_v1 import Toleration

from cli.migration.planner import NodeStep, Plan, State, plan
from cli.migration.scene import Group
from tests.cli.migration.scenes import BEFORE, OFFER, before, budget, gpu_pod, group


def lines(present: Plan) -> list[str]:
    return [f"{step.state.value}: {step.subject}: {step.what}" for step in present.steps]


def reasons(present: Plan) -> list[str]:
    return [reason for step in present.refused for reason in step.reasons]


def nodes(present: Plan) -> list[str]:
    return [step.node.name for step in present.steps if isinstance(step, NodeStep) and step.node]


def test_karpenter_comes_first_then_the_other_stops_then_the_groups_shrink() -> None:
    assert lines(plan(BEFORE)) == [
        "done: Karpenter: ready, with a provisioner to launch from",
        "to do: Cluster Autoscaler: from 1 to zero replicas",
        "to do: group by-hand: one goes: train/worker-1 to p4d",
        "to do: group by-hand: two goes: train/worker-2 to p4d",
    ]


def test_without_cluster_autoscaler_there_is_nothing_to_stop() -> None:
    assert lines(plan(before(cluster_autoscaler=None)))[1].endswith("not installed: nothing to scale down")


def test_a_finished_migration_has_nothing_left_to_do() -> None:
    done = plan(before(cluster_autoscaler=0, groups=(group("one", floor=1),)))
    assert {step.state for step in done.steps} == {State.DONE}
    assert lines(done)[-1] == "done: group by-hand: is at its floor: keeps 1 by minNodes"


def test_a_group_keeps_its_floor_and_the_fullest_node() -> None:
    pods = (gpu_pod("a", on="one", asks={}), gpu_pod("b", on="one", asks={}), gpu_pod("c", on="two"))
    present = plan(before(groups=(group("one", "two", floor=1),), pods=pods, budgets=()))
    assert nodes(present) == ["two"]


def test_what_was_begun_goes_on_before_anything_else() -> None:
    begun = before(groups=(group("one", "two", floor=1, marked=["two"]),), pods=(gpu_pod("b", on="two"),))
    assert nodes(plan(begun)) == ["two"]


def test_a_node_that_can_be_emptied_goes_before_one_that_cannot() -> None:
    pods = (gpu_pod("bare", on="one", owner=None), gpu_pod("a", on="two"), gpu_pod("b", on="two"))
    present = plan(before(groups=(group("one", "two", floor=1),), pods=pods, budgets=()))
    assert nodes(present) == ["two"]
    assert present.refused == ()


def test_nodes_that_are_coming_or_going_are_waited_for() -> None:
    present = plan(before(groups=(Group("by-hand", floor=0, desired=2, nodes=()),)))
    assert lines(present)[-1] == "to do: group by-hand: 2 more nodes are starting or leaving"
    assert present.next_node() is None


def test_pods_that_belong_to_the_node_or_are_done_need_not_move() -> None:
    pods = (
        gpu_pod("plugin", owner="DaemonSet", tolerations=[]),
        gpu_pod("static", owner="Node", tolerations=[]),
        gpu_pod("done", phase="Succeeded", owner=None),
    )
    assert "one goes: it is empty" in lines(plan(before(pods=pods)))[2]


def test_nothing_goes_on_without_a_karpenter_that_is_ready() -> None:
    present = plan(before(karpenter="1.14.0 is not ready; see: eks-efa status"))
    assert present.foundation_refused[0].subject == "Karpenter"
    assert reasons(present) == ["1.14.0 is not ready; see: eks-efa status"]


def test_a_stack_that_has_no_karpenter_is_told_how_to_get_one() -> None:
    assert reasons(plan(before(autoscaler="cluster-autoscaler")))[0].endswith(
        "set autoscaler: both, then run up"
    )


def test_provisioners_that_cannot_launch_are_no_ground_to_build_on() -> None:
    late = replace(OFFER, reason="EC2NodeClass is not ready")
    present = plan(before(offers=(late,)))
    assert reasons(present)[0] == "p4d: EC2NodeClass is not ready"
    assert reasons(plan(before(offers=())))[0] == "there is no provisioner; add one to the settings"


def test_a_pod_without_a_controller_would_be_lost() -> None:
    (reason,) = reasons(plan(before(pods=(gpu_pod("bare", owner=None),), budgets=())))
    assert reason == "train/bare has no controller that would start it again; end it yourself"


def test_a_pod_that_wants_its_peace_is_left_alone() -> None:
    for annotation, value in (
        ("karpenter.sh/do-not-disrupt", "true"),
        ("karpenter.sh/do-not-disrupt", "8h"),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
    ):
        pod = gpu_pod("a", annotations={annotation: value})
        (reason,) = reasons(plan(before(pods=(pod,))))
        assert f"({annotation}: {value})" in reason


def test_annotations_that_allow_it_forbid_nothing() -> None:
    allowing = {
        "karpenter.sh/do-not-disrupt": "false",
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
    }
    assert reasons(plan(before(pods=(gpu_pod("a", annotations=allowing),)))) == []


def test_a_budget_that_wants_all_of_its_pods_will_never_let_one_go() -> None:
    present = plan(before(budgets=(budget(desired=2, allowed=0),)))
    assert len(present.refused) == 2
    assert "may never be evicted by its disruption budget worker" in reasons(present)[0]


def test_a_budget_that_allows_none_for_now_is_only_waited_for() -> None:
    assert plan(before(budgets=(budget(desired=1, allowed=0),))).refused == ()


def test_a_pod_that_tolerates_everything_would_come_back_to_the_closed_node() -> None:
    for everything in (
        Toleration(operator="Exists"),
        Toleration(key="node.kubernetes.io/unschedulable", operator="Exists"),
    ):
        gpu = Toleration(key="nvidia.com/gpu", operator="Exists")
        (reason,) = reasons(plan(before(pods=(gpu_pod("a", tolerations=[gpu, everything]),))))
        assert "train/a tolerates every taint, and would come back to the closed node" in reason


def test_two_budgets_for_a_pod_are_refused_as_kubernetes_would() -> None:
    present = plan(before(budgets=(budget("a"), budget("b"))))
    assert "more than one disruption budget (a, b)" in reasons(present)[0]


def test_a_pod_that_no_provisioner_fits_says_why_each_does_not() -> None:
    pod = gpu_pod("a", asks={"nvidia.com/gpu": "16"})
    (reason,) = reasons(plan(before(pods=(pod,))))
    assert reason == ("train/a fits no provisioner (p4d: asks for more nvidia.com/gpu than a node has)")


def test_a_provisioner_that_is_full_of_what_has_moved_is_no_fault() -> None:
    full = replace(OFFER, reason="is at its limit of 2 nodes")
    done = plan(before(cluster_autoscaler=0, groups=(group(),), offers=(full,)))
    assert {step.state for step in done.steps} == {State.DONE}
    empty = plan(before(cluster_autoscaler=0, groups=(group("one"),), offers=(full,), pods=()))
    assert (empty.refused, nodes(empty)) == ((), ["one"])


def test_the_autoscaler_of_a_cluster_that_was_there_before_is_not_ours_to_stop() -> None:
    theirs = plan(before(adopted=True))
    assert [step.subject for step in theirs.foundation_refused] == ["Cluster Autoscaler"]
    assert reasons(theirs)[0].startswith("is not this stack's to stop")
    for changes in ({"cluster_autoscaler": 0}, {"cluster_autoscaler": None}, {"groups": ()}):
        assert plan(before(adopted=True, **changes)).foundation_refused == ()


def test_what_can_be_done_and_is_not_is_unfinished() -> None:
    starting = before(cluster_autoscaler=0, groups=(Group("by-hand", floor=0, desired=1),))
    assert [step.subject for step in plan(starting).unfinished] == ["group by-hand"]
    assert plan(before(cluster_autoscaler=0, groups=(group(),))).unfinished == ()
