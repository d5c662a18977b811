from cli.pending.reason import Reason
from cli.pods import count_pods
from tests.cli.cluster_objects import pod

NO_ROOM = Reason("no node has 8 GPUs free")
NEVER = Reason("no instance type has 16 GPUs", final=True)


def test_running_pods_are_counted_by_their_node() -> None:
    counted = count_pods([pod("a", on="n1"), pod("b", on="n2")], lambda _: None)
    assert (counted.running, counted.running_on, counted.pending) == (2, ("n1", "n2"), ())


def test_a_pod_that_is_being_deleted_counts_nowhere() -> None:
    pods = [pod("a", on="n1", deleting=True), pod("b", phase="Pending", deleting=True)]
    counted = count_pods(pods, lambda _: None)
    assert (counted.running, counted.pending) == (0, ())


def test_a_pod_with_a_node_is_starting_whatever_old_events_say() -> None:
    counted = count_pods([pod("a", phase="Pending", on="n1")], lambda _: NEVER)
    assert counted.pending[0].reason.text == "placed on a node, starting"
    assert not counted.hopeless()


def test_a_pod_about_which_nobody_spoke_yet_is_waiting_to_be_placed() -> None:
    counted = count_pods([pod("a", phase="Pending")], lambda _: None)
    assert [(r.text, n) for r, n in counted.by_reason()] == [("waiting to be placed", 1)]


def test_reasons_are_counted_most_first() -> None:
    reasons = {"a": NEVER, "b": NO_ROOM, "c": NO_ROOM}
    pods = [pod(name, phase="Pending") for name in reasons]
    counted = count_pods(pods, lambda p: reasons[p.metadata.name or ""] if p.metadata else None)
    assert counted.by_reason() == [(NO_ROOM, 2), (NEVER, 1)]


def test_one_pod_that_will_never_run_makes_the_wait_hopeless() -> None:
    assert count_pods([pod("a", on="n"), pod("b", phase="Pending")], lambda _: NEVER).hopeless()
