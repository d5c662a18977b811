from dataclasses import replace

from cli.karpenter import Provisioner
from cli.nodes import node_rows
from cli.pending.reason import Reason
from cli.pods import PodCount, count_pods
from cli.scaling import Claims, ScaleIn, ScaleOut, claim_node, count_claims, used_by_others
from tests.cli.cluster_objects import node, node_claim, pod


def scale_out(wanted: int, pods: PodCount) -> ScaleOut:
    nodes = [node("g1", group="efa"), node("k1", provisioner="p4d"), node("k2", provisioner="p4d")]
    return ScaleOut(wanted, pods, Claims(2, 2, 1), tuple(node_rows(nodes)))


def test_claims_are_counted_by_what_karpenter_says_of_them() -> None:
    claims = [
        node_claim("a", conditions=("Launched", "Registered", "Initialized")),
        node_claim("b", conditions=("Launched",)),
        node_claim("c"),
    ]
    assert count_claims(claims) == Claims(total=3, launched=2, initialized=1)


def test_a_claim_is_known_by_its_node_once_it_has_one() -> None:
    assert [claim_node(node_claim("a", on="ip-10")), claim_node(node_claim("b"))] == ["ip-10", "b"]


def test_a_scale_out_is_done_when_exactly_the_wanted_pods_run() -> None:
    three = count_pods([pod(name, on="k1") for name in "abc"], lambda _: None)
    assert scale_out(3, three).is_done()
    assert not scale_out(2, three).is_done()
    assert not scale_out(4, three).is_done()


def test_progress_names_the_reason_most_pods_wait_for() -> None:
    pods = count_pods([pod("a", on="k1"), pod("b", phase="Pending")], lambda _: Reason("out of capacity"))
    assert scale_out(2, pods).progress() == (
        "pods 1/2 running, NodeClaims 2 (2 launched, 1 ready), nodes 3; 1 waiting: out of capacity"
    )


def test_the_end_says_which_pods_run_on_group_nodes_and_which_on_karpenters() -> None:
    pods = count_pods([pod("a", on="g1"), pod("b", on="k1"), pod("c", on="k2")], lambda _: None)
    assert scale_out(3, pods).placement() == [
        "1 on group efa (p4d.24xlarge)",
        "2 on provisioner p4d (p4d.24xlarge)",
    ]


def test_a_scale_in_waits_for_pods_then_nodes_then_ec2() -> None:
    assert not ScaleIn(1, (), {}, ()).is_done()
    assert not ScaleIn(0, ("k1",), {}, ()).is_done()
    assert not ScaleIn(0, (), {}, ("1 launch templates",)).is_done()
    assert ScaleIn(0, (), {}, ()).is_done()


def test_a_scale_in_does_not_wait_for_nodes_that_others_use() -> None:
    assert ScaleIn(0, ("k1",), {"k1": "team/train-0"}, ()).is_done()


def test_daemons_our_own_pods_and_ended_ones_hold_no_node() -> None:
    pods = [
        pod("efa-plugin", namespace="kube-system", on="k1", owner="DaemonSet"),
        pod("ours", on="k2"),
        pod("done", namespace="team", on="k3", phase="Succeeded"),
        pod("waiting", namespace="team", phase="Pending"),
        pod("train-0", namespace="team", on="k4"),
    ]
    assert used_by_others(pods) == {"k4": "team/train-0"}


def test_karpenters_refusal_counts_only_once_every_provisioner_is_ready() -> None:
    pods = count_pods([pod("a", phase="Pending")], lambda _: Reason("no such type", final=True))
    early, late = Provisioner("p4d", ready=False, reason="awaits its class"), Provisioner("p4d", True, None)
    assert not replace(scale_out(1, pods), provisioners=(early,)).is_hopeless()
    assert replace(scale_out(1, pods), provisioners=(late,)).is_hopeless()
