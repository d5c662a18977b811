"""Pods of Indexed Jobs that ask to run on: they do, with the log of a recording under their own name."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.paths import SandboxPaths
from sandbox.world.jobs.fault import JobFault, in_force, lift, order
from sandbox.world.jobs.kubelet import INDEX_LABEL, JobKubelet
from sandbox.world.kubernetes import NODES, Document
from sandbox.world.mpi.pods import OWN_STATUS
from tests.sandbox.world.mpi.mpi_world import NOW, StoredObjects, going

PODS = "/api/v1/namespaces/default/pods"
LOGS = "/apis/kwok.x-k8s.io/v1alpha1/namespaces/default/logs"


class World:
    """A cluster with a node."""

    def __init__(self, folder: Path) -> None:
        self.paths = SandboxPaths(folder)
        self.kubernetes = StoredObjects()
        addresses = [{"type": "InternalIP", "address": "10.0.0.4"}]
        self.kubernetes.put(NODES, {"metadata": {"name": "node-a"}, "status": {"addresses": addresses}})
        self.kubelet = JobKubelet(self.paths, self.kubernetes, lambda: datetime.fromisoformat(NOW))

    def run(self, *pods: Document) -> int:
        self.kubernetes.put(PODS, *pods)
        return self.look()

    def look(self) -> int:
        found = [each for path, each in self.kubernetes.objects.items() if path.startswith(PODS)]
        return self.kubelet.step(found)

    def pod(self, index: int) -> dict[str, Any]:
        return self.kubernetes.objects[f"{PODS}/train-{index}-abcde"]

    def log(self, index: int) -> str:
        (log,) = self.kubernetes.objects[f"{LOGS}/train-{index}-abcde"]["spec"]["logs"]
        return Path(log["logsFile"]).read_text()


def job_pod(index: int, *, efa: int = 1, node: str | None = "node-a", custom: bool = True) -> Document:
    limits = {"nvidia.com/gpu": "1"} | ({"vpc.amazonaws.com/efa": str(efa)} if efa else {})
    return {
        "metadata": {
            "name": f"train-{index}-abcde",
            "namespace": "default",
            "uid": f"uid-{index}",
            "labels": {INDEX_LABEL: str(index)},
            "annotations": dict(OWN_STATUS) if custom else {},
        },
        "spec": {
            "hostname": f"train-{index}",
            "containers": [{"name": "train", "image": "torch", "resources": {"limits": limits}}],
            **({"nodeName": node} if node else {}),
        },
        "status": {"phase": "Pending"},
    }


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_pod_with_a_node_runs_with_the_recorded_log_under_its_own_name(world: World) -> None:
    assert world.run(job_pod(0), job_pod(1)) == 2
    assert world.pod(1)["status"]["phase"] == "Running"
    assert f"{NOW.replace('Z', '')}" in world.log(1)
    assert "stdout F # recorded, not measured here: a PyTorch job over EFA, rank 1 of 2." in world.log(1)
    assert " train-1:101:161 [0] NCCL INFO Using network Libfabric" in world.log(1)
    assert "pytorch-efa-1" not in world.log(1)


def test_a_pod_without_a_node_waits_and_one_of_kwoks_is_left_to_it(world: World) -> None:
    assert world.run(job_pod(0, node=None), job_pod(1, custom=False)) == 1
    assert [world.pod(index)["status"]["phase"] for index in (0, 1)] == ["Pending", "Pending"]


def test_a_log_is_written_once(world: World) -> None:
    world.run(job_pod(0))
    order(world.paths, JobFault.TCP)
    world.look()
    assert "via NET/Libfabric/0" in world.log(0)


@pytest.mark.parametrize(
    ("fault", "networks"), [(JobFault.TCP, ["Socket", "Socket"]), (JobFault.MIXED, ["Libfabric", "Socket"])]
)
def test_a_fault_strikes_pods_that_start(world: World, fault: JobFault, networks: list[str]) -> None:
    order(world.paths, fault)
    world.run(job_pod(0), job_pod(1))
    assert [f"via NET/{name}/0" in world.log(index) for index, name in enumerate(networks)] == [True, True]
    lift(world.paths)
    assert in_force(world.paths) is None


@pytest.mark.parametrize(("index", "efa"), [(2, 1), (0, 4), (0, 0)])
def test_what_nobody_has_recorded_is_said_in_the_log(world: World, index: int, efa: int) -> None:
    world.run(job_pod(index, efa=efa))
    (line,) = world.log(index).splitlines()
    assert line.partition(" stdout F ")[2] == (
        f"the sandbox has no recording of pod {index} with 1 GPUs and {efa} EFA interfaces; "
        "there is one of 2 pods with 1 and 1"
    )


def test_a_pod_that_is_deleted_ends_first_and_leaves_with_its_log(world: World) -> None:
    world.run(job_pod(0))
    world.kubernetes.put(PODS, going(world.pod(0)))
    world.look()
    assert world.kubernetes.writes[-2:] == ["write train-0-abcde", "delete train-0-abcde"]
    assert f"{PODS}/train-0-abcde" not in world.kubernetes.objects
    world.look()
    assert list(world.paths.job_logs.iterdir()) == []
