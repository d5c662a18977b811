from dataclasses import dataclass, field
from datetime import UTC, datetime

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Event, EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta

from cli.cluster import Cluster
from cli.reasons import reasons_of
from tests.cli.cluster_objects import pod


@dataclass
class FakeCluster(Cluster):
    """Answers with the events it is given, and counts how often it is asked."""

    said: list[Event] = field(default_factory=list)
    asked: int = 0

    def events(self, namespace: str = "*") -> list[Event]:
        self.asked += 1
        return self.said

    def node_claims(self) -> list[Generic]:
        return []

    def node_pools(self) -> list[Generic]:
        return []


def refused(name: str) -> Event:
    return Event(
        involvedObject=ObjectReference(kind="Pod", namespace="eks-efa-scale", name=name),
        metadata=ObjectMeta(name="e"),
        reason="FailedScheduling",
        message="0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: none",
        source=EventSource(component="default-scheduler"),
        lastTimestamp=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_events_are_not_even_read_while_no_pod_waits_for_a_node() -> None:
    cluster = FakeCluster()
    pods = [pod("a", on="n1"), pod("b", phase="Pending", on="n1")]
    assert [reasons_of(cluster, pods)(each) for each in pods] == [None, None]
    assert cluster.asked == 0


def test_a_waiting_pod_gets_the_reason_of_its_own_events() -> None:
    cluster = FakeCluster(said=[refused("a")])
    pods = [pod("a", phase="Pending"), pod("b", phase="Pending")]
    found = [reasons_of(cluster, pods)(each) for each in pods]
    assert found[0] is not None and "Insufficient nvidia.com/gpu" in found[0].text
    assert found[1] is None
