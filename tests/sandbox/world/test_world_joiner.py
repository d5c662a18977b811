import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from knowledge.hardware import InstanceType
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.joiner import RESYNC_SECONDS, Joiner
from sandbox.world.kubernetes import KubernetesError
from sandbox.world.machines import Machine
from sandbox.world.nodes import Site
from tests.sandbox.world.fake_kubernetes import FakeKubernetes
from tests.sandbox.world.test_world_registrations import CLAIM, GROUP, NVIDIA
from tests.sandbox.world.world_machines import hardware, machine


class FakeFacts(AwsFacts):
    """AWS as far as the joiner asks it; `groups_asked` counts DescribeNodegroup."""

    def __init__(self) -> None:
        self.groups_asked = 0

    def hardware(self, instance_type: str) -> InstanceType:
        return hardware(instance_type)

    def image_name(self, image_id: str) -> str:
        return NVIDIA

    def node_group(self, cluster: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        self.groups_asked += 1
        return {**GROUP, "nodegroupName": name}, {}


SITE = Site("us-west-2", "1.35.4", 10250)


@dataclass
class Cluster:
    """A joiner, its API server and AWS, and the instances there are."""

    charts: Path
    kubernetes: FakeKubernetes = field(default_factory=FakeKubernetes)
    facts: FakeFacts = field(default_factory=FakeFacts)
    now: float = 0.0
    machines: dict[str, Machine] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.joiner = Joiner(self.kubernetes, SITE, self.charts, lambda: self.now)

    def add(self, number: int, *, claimed: bool = True, **changes: Any) -> Machine:
        added = machine(number=number, **changes)
        self.machines[added.instance_id] = added
        if added.is_of_karpenter and claimed:
            self.kubernetes.claims.append({**CLAIM, "status": {"providerID": added.provider_id}})
        return added

    def step(self) -> tuple[int, int, int]:
        changes = self.joiner.step(self.machines, self.facts)
        return changes.joined, changes.removed, changes.waiting

    def restart(self) -> None:
        self.joiner.close()
        self.joiner = Joiner(self.kubernetes, SITE, self.charts, lambda: self.now)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path / "charts")
    yield cluster
    cluster.joiner.close()


GROUP_MEMBER: dict[str, Any] = {"tags": {}, "node_group": "train"}


def test_a_running_instance_of_karpenter_becomes_a_node_by_its_claim(cluster: Cluster) -> None:
    added = cluster.add(4)
    assert cluster.step() == (1, 0, 0)
    node = cluster.kubernetes.nodes[added.private_dns]
    assert node["spec"]["providerID"] == added.provider_id
    assert node["metadata"]["labels"]["eks-efa/pool"] == "gpu"


def test_a_pending_instance_has_not_booted_and_joins_later(cluster: Cluster) -> None:
    pending = cluster.add(4, state="pending")
    assert cluster.step() == (0, 0, 0)
    cluster.add(4)
    assert cluster.step() == (1, 0, 0)
    assert list(cluster.kubernetes.nodes) == [pending.private_dns]


def test_an_instance_whose_claim_is_not_written_yet_waits(cluster: Cluster) -> None:
    added = cluster.add(4, claimed=False)
    assert cluster.step() == (0, 0, 1)
    cluster.kubernetes.claims.append({**CLAIM, "status": {"providerID": added.provider_id}})
    assert cluster.step() == (1, 0, 0)


def test_instances_of_a_group_join_with_one_question_about_it(cluster: Cluster) -> None:
    for number in range(4, 9):
        cluster.add(number, **GROUP_MEMBER)
    assert cluster.step() == (5, 0, 0)
    assert cluster.facts.groups_asked == 1


def test_an_instance_of_nobody_is_left_alone(cluster: Cluster) -> None:
    cluster.add(4, tags={})
    assert cluster.step() == (0, 0, 1)
    assert cluster.kubernetes.nodes == {}


def test_a_hundred_instances_join_in_one_step(cluster: Cluster) -> None:
    for number in range(4, 104):
        cluster.add(number)
    assert cluster.step() == (100, 0, 0)


def test_nothing_is_asked_of_the_cluster_while_nothing_changes(cluster: Cluster) -> None:
    cluster.add(4)
    cluster.step()
    cluster.kubernetes.calls.clear()
    assert cluster.step() == (0, 0, 0)
    assert cluster.kubernetes.calls == []


def test_a_node_goes_with_its_instance(cluster: Cluster) -> None:
    added = cluster.add(4)
    cluster.step()
    del cluster.machines[added.instance_id]
    assert cluster.step() == (0, 1, 0)
    assert cluster.kubernetes.nodes == {}


def pod_on(node: str, name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"nodeName": node}}


def test_the_pods_of_a_groups_node_go_with_it_but_karpenter_drains_its_own(cluster: Cluster) -> None:
    of_group, of_karpenter = cluster.add(4, **GROUP_MEMBER), cluster.add(5)
    cluster.step()
    cluster.kubernetes.pods = {
        "a": pod_on(of_group.private_dns, "a"),
        "b": pod_on(of_karpenter.private_dns, "b"),
        "c": pod_on("other", "c"),
    }
    cluster.machines.clear()
    cluster.step()
    assert set(cluster.kubernetes.pods) == {"b", "c"}


def test_a_restarted_joiner_knows_the_nodes_there_are(cluster: Cluster) -> None:
    added = cluster.add(4)
    cluster.step()
    cluster.restart()
    assert cluster.step() == (0, 0, 0)
    cluster.restart()
    del cluster.machines[added.instance_id]
    assert cluster.step() == (0, 1, 0)


def test_a_node_that_somebody_deleted_comes_back_after_a_while(cluster: Cluster) -> None:
    cluster.add(4, **GROUP_MEMBER)
    cluster.step()
    cluster.kubernetes.nodes.clear()
    assert cluster.step() == (0, 0, 0)
    cluster.now += RESYNC_SECONDS + 1
    assert cluster.step() == (1, 0, 0)


def test_a_node_without_an_instance_is_removed_but_one_that_is_no_instance_is_not(cluster: Cluster) -> None:
    cluster.kubernetes.nodes = {
        "orphan": {
            "metadata": {"name": "orphan", "labels": {}},
            "spec": {"providerID": "aws:///us-west-2a/i-1"},
        },
        "laptop": {"metadata": {"name": "laptop", "labels": {}}, "spec": {}},
    }
    assert cluster.step() == (0, 1, 0)
    assert set(cluster.kubernetes.nodes) == {"laptop"}


def test_an_address_that_still_belongs_to_a_node_is_waited_for(cluster: Cluster) -> None:
    cluster.step()
    added = cluster.add(4)
    cluster.kubernetes.nodes[added.private_dns] = {
        "metadata": {"name": added.private_dns, "labels": {}},
        "spec": {"providerID": "aws:///us-west-2a/i-before"},
    }
    assert cluster.step() == (0, 0, 1)
    del cluster.kubernetes.nodes[added.private_dns]
    assert cluster.step() == (1, 0, 0)


def test_an_api_server_that_was_away_costs_nothing_but_time(cluster: Cluster) -> None:
    cluster.add(4)
    cluster.kubernetes.down = True
    with pytest.raises(KubernetesError):
        cluster.step()
    cluster.kubernetes.down = False
    assert cluster.step() == (1, 0, 0)


def test_a_step_that_fails_leaves_nothing_in_work_that_the_next_would_meet(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = cluster.add(4)
    cluster.add(5)
    cluster.step()
    cluster.machines.clear()
    slow_begun, step_over = Event(), Event()
    overtaken: list[bool] = []
    delete = cluster.kubernetes.delete

    def slow_or_refused(path: str, **options: Any) -> None:
        if path.endswith(refused.private_dns):
            assert slow_begun.wait(20)
            raise KubernetesError(0, "refused")
        slow_begun.set()
        overtaken.append(step_over.wait(0.2))
        delete(path, **options)

    monkeypatch.setattr(cluster.kubernetes, "delete", slow_or_refused)
    with pytest.raises(KubernetesError, match="refused"):
        cluster.step()
    step_over.set()
    assert overtaken == [False]
    assert list(cluster.kubernetes.nodes) == [refused.private_dns]


GPU = "nvidia.com/gpu"


def record(cluster: Cluster) -> None:
    """Put NVIDIA's plugin on record, as the engine does with a chart that it cannot reach."""
    values = {"affinity": {}, "tolerations": [{"operator": "Exists"}]}
    cluster.charts.mkdir(exist_ok=True)
    content = json.dumps({"chart": "nvidia-device-plugin", "values": values})
    (cluster.charts / "gpu-device-plugins-nvidia-device-plugin.json").write_text(content)


def gpus(cluster: Cluster, added: Machine) -> tuple[str | None, str | None]:
    status = cluster.kubernetes.nodes[added.private_dns]["status"]
    return status["capacity"].get(GPU), status["allocatable"].get(GPU)


def test_a_node_that_joins_after_the_plugin_has_its_devices_from_the_start(cluster: Cluster) -> None:
    record(cluster)
    added = cluster.add(4)
    cluster.step()
    assert gpus(cluster, added) == ("8", "8")


def test_a_node_that_joins_before_the_plugin_gets_them_with_it(cluster: Cluster) -> None:
    added = cluster.add(4)
    cluster.step()
    assert gpus(cluster, added) == (None, None)
    record(cluster)
    cluster.step()
    assert gpus(cluster, added) == ("8", "8")
    cluster.kubernetes.calls.clear()
    cluster.step()
    assert [call for call in cluster.kubernetes.calls if call.startswith("PATCH")] == []


def test_a_restarted_joiner_gives_devices_to_the_nodes_there_are(cluster: Cluster) -> None:
    added = cluster.add(4, **GROUP_MEMBER)
    cluster.step()
    record(cluster)
    cluster.restart()
    cluster.step()
    assert gpus(cluster, added) == ("8", "8")


def test_a_daemon_set_of_somebodys_counts_after_a_while(cluster: Cluster) -> None:
    added = cluster.add(4)
    cluster.step()
    image = {"image": "nvcr.io/nvidia/k8s-device-plugin:v0.18.2"}
    pod = {"containers": [image], "tolerations": [{"operator": "Exists"}]}
    cluster.kubernetes.daemon_sets.append({"spec": {"template": {"spec": pod}}})
    cluster.now += RESYNC_SECONDS + 1
    cluster.step()
    assert gpus(cluster, added) == ("8", "8")


def test_a_plugin_that_is_taken_away_takes_its_devices_along(cluster: Cluster) -> None:
    record(cluster)
    added = cluster.add(4)
    cluster.step()
    (recorded,) = cluster.charts.iterdir()
    recorded.unlink()
    cluster.step()
    assert gpus(cluster, added) == ("0", "0")


def ready(cluster: Cluster, added: Machine) -> str:
    conditions = cluster.kubernetes.nodes[added.private_dns]["status"]["conditions"]
    return str(next(each["status"] for each in conditions if each["type"] == "Ready"))


@pytest.mark.parametrize("owner", [{}, GROUP_MEMBER], ids=["Karpenter", "a node group"])
def test_a_node_is_ready_once_its_vpc_cni_has_rights(cluster: Cluster, owner: dict[str, Any]) -> None:
    added = cluster.add(4, vpc_cni_has_rights=False, **owner)
    assert cluster.step() == (1, 0, 0)
    assert ready(cluster, added) == "False"
    cluster.restart()
    cluster.step()
    assert ready(cluster, added) == "False"
    cluster.add(4, claimed=False, **owner)
    cluster.step()
    assert ready(cluster, added) == "True"
