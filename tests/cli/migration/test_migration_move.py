from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.core_v1 import Pod

from cli.errors import CommandError
from cli.migration.move import Migration
from cli.migration.scene import GroupNode, Seen
from tests.cli.fake_clock import FakeClock
from tests.cli.migration.moving_cluster import MovingCluster
from tests.cli.migration.scenes import gpu_pod


class Killed(BaseException):
    """The process ends here, with no time to tidy up."""


def migration(
    cluster: MovingCluster, *, killed_after: float = float("inf"), patience: float = 600
) -> Migration:
    """A run that ends after so many seconds of the cluster's time, if it is not done by then."""
    start = cluster.clock()

    def meanwhile(now: float) -> None:
        if now - start > killed_after:
            raise Killed

    clock = FakeClock(meanwhile, seconds=start)
    cluster.clock = clock.now
    return Migration(cluster, lambda _: None, patience, clock=clock)


def test_cluster_autoscaler_stops_before_the_first_node_is_touched() -> None:
    cluster = MovingCluster({"one": 1, "two": 1}, healthy=1)
    migration(cluster).run()
    assert cluster.acts == [
        "stop",
        "begin one",
        "evict from one",
        "end one",
        "begin two",
        "evict from two",
        "end two",
    ]


def test_a_node_goes_only_once_its_pods_run_elsewhere() -> None:
    cluster = MovingCluster({"one": 1, "two": 1}, healthy=1, launch_seconds=120)
    migration(cluster).run()
    assert cluster.least_ready == 1
    assert cluster.clock() >= 2 * 120


def test_the_group_keeps_its_floor() -> None:
    cluster = MovingCluster({"one": 1, "two": 1, "three": 1}, healthy=2, floor=2)
    migration(cluster).run()
    assert len(cluster.left()) == 2


def test_a_second_run_changes_nothing() -> None:
    cluster = MovingCluster({"one": 1}, healthy=0)
    migration(cluster).run()
    acts = [*cluster.acts]
    assert migration(cluster).run().refused == ()
    assert [act for act in cluster.acts[len(acts) :] if act != "stop"] == []


@given(
    pods=st.lists(st.integers(0, 3), min_size=1, max_size=4),
    spare=st.integers(1, 3),
    floor=st.integers(0, 2),
    kills=st.lists(st.floats(0, 90), max_size=5),
    launch_seconds=st.floats(0, 60),
)
def test_killed_anywhere_and_run_again_it_ends_with_every_pod_and_within_the_budget(
    pods: list[int], spare: int, floor: int, kills: list[float], launch_seconds: float
) -> None:
    on = {f"node-{index}": count for index, count in enumerate(pods)}
    total = sum(pods)
    healthy = max(total - spare, 0)
    cluster = MovingCluster(on, healthy=healthy, floor=floor, launch_seconds=launch_seconds)
    for seconds in kills:
        try:
            migration(cluster, killed_after=seconds).run()
        except Killed:
            continue
    migration(cluster, patience=3600).run()
    assert cluster.count() == total
    assert cluster.least_ready >= min(healthy, total)
    assert len(cluster.left()) == min(floor, len(on))


def test_it_gives_up_on_a_node_that_will_not_empty_and_says_what_is_on_it() -> None:
    cluster = MovingCluster({"one": 1, "two": 1}, healthy=1, launch_seconds=float("inf"))
    with pytest.raises(CommandError, match=r"one: is not empty after 600 s: train/ReplicaSet/worker lacks 1"):
        migration(cluster).run()
    assert not [act for act in cluster.acts if act.startswith("end")]


class Refusing(MovingCluster):
    """A cluster whose Karpenter is not ready."""

    def look(self) -> Seen:
        return replace(super().look(), karpenter="is not ready")


def test_nothing_is_touched_where_a_step_is_refused() -> None:
    cluster = Refusing({"one": 1}, healthy=0)
    with pytest.raises(CommandError, match=r"Karpenter: is not ready; see: make migrate-plan"):
        migration(cluster).run(partly=True)
    assert cluster.acts == []


def test_a_budget_without_room_stops_everything_unless_the_rest_is_asked_for() -> None:
    cluster = MovingCluster({"one": 1, "empty": 0}, healthy=1)
    with pytest.raises(CommandError, match="eks-efa migrate --partly"):
        migration(cluster).run()
    assert cluster.acts == []
    left = migration(cluster).run(partly=True)
    assert cluster.left() == {"one"}
    assert len(left.refused) == 1


class Busy(MovingCluster):
    """A cluster with a pod of a Job on node `one`, which comes or ends as the test says."""

    job: Pod | None = None

    def pods(self) -> list[Pod]:
        return [*super().pods(), *([self.job] if self.job else [])]

    def evict(self, pod: Pod) -> bool:
        return pod is self.job or super().evict(pod)


def test_a_job_that_ends_meanwhile_is_not_waited_for() -> None:
    cluster = Busy({"one": 0}, healthy=0)
    cluster.job = gpu_pod("job", on="one", owner="Job")
    run = migration(cluster)
    assert isinstance(run.clock, FakeClock)

    def ends(now: float) -> None:
        if now > 10:
            cluster.job = gpu_pod("job", on="one", owner="Job", phase="Succeeded")

    run.clock.meanwhile = ends
    run.run()
    assert cluster.left() == set()


def test_pods_that_were_over_before_are_neither_missed_nor_counted() -> None:
    cluster = Busy({"one": 1, "two": 1}, healthy=1, launch_seconds=120)
    cluster.job = gpu_pod("over", on="one", phase="Succeeded")
    migration(cluster).run()
    assert cluster.clock() >= 2 * 120
    assert cluster.left() == set()


class LastMoment(Busy):
    """A pod that nobody would start again comes just before the node is closed."""

    def begin(self, node: GroupNode) -> None:
        super().begin(node)
        self.job = gpu_pod("bare", on=node.name, owner=None)


def test_a_pod_that_comes_at_the_last_moment_is_judged_like_the_others() -> None:
    cluster = LastMoment({"one": 0}, healthy=0)
    with pytest.raises(CommandError, match="train/bare has no controller"):
        migration(cluster).run()
    assert cluster.acts == ["stop", "begin one", "undo one"]
