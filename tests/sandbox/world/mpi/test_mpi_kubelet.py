"""Pods of MPIJobs on their nodes: images, runs, restarts, deadlines and logs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.paths import SandboxPaths
from sandbox.world.kubernetes import NODES, Document, pod_path
from sandbox.world.mpi.fault import NcclFault, in_force, lift, order
from sandbox.world.mpi.job import MpiJob
from sandbox.world.mpi.kubelet import MpiKubelet
from tests.sandbox.world.mpi.mpi_world import NOW, StoredObjects, going, launcher_pod, mpi_job, worker_pod

PODS = "/api/v1/namespaces/nccl-test/pods"
LOGS = "/apis/kwok.x-k8s.io/v1alpha1/namespaces/nccl-test/logs"


@dataclass
class World:
    """A cluster with two GPU nodes and a system node."""

    paths: SandboxPaths
    kubernetes: StoredObjects = field(default_factory=StoredObjects)
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(NOW))

    def __post_init__(self) -> None:
        for name, kind in (("node-a", "g4dn.8xlarge"), ("node-b", "g4dn.8xlarge"), ("node-s", "m6i.large")):
            labels = {"node.kubernetes.io/instance-type": kind}
            addresses = [{"type": "InternalIP", "address": "10.0.0.4"}]
            node = {"metadata": {"name": name, "labels": labels}, "status": {"addresses": addresses}}
            self.kubernetes.put(NODES, node)
        self.kubelet = MpiKubelet(self.paths, self.kubernetes, lambda: self.now)

    def run(self, job: MpiJob, *pods: Document) -> None:
        self.kubernetes.put_job(job)
        self.kubernetes.put(PODS, *pods)

    def pod(self, name: str = "nccl-efa-launcher-x7k2p") -> dict[str, Any]:
        return self.kubernetes.objects[f"{PODS}/{name}"]

    def container(self, name: str = "nccl-efa-launcher-x7k2p") -> dict[str, Any]:
        found: dict[str, Any] = self.pod(name)["status"]["containerStatuses"][0]
        return found

    def step(self, seconds: float = 0) -> None:
        """A look at all pods, some time after the last."""
        self.now += timedelta(seconds=seconds)
        self.kubelet.step([each for path, each in self.kubernetes.objects.items() if path.startswith(PODS)])

    def log(self, key: str = "logsFile") -> list[str]:
        (log,) = self.kubernetes.objects[f"{LOGS}/nccl-efa-launcher-x7k2p"]["spec"]["logs"]
        return Path(log[key]).read_text().splitlines()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(SandboxPaths(tmp_path))


def fresh(pod: Document, **spec: Any) -> Document:
    """The pod as the scheduler has just left it."""
    return {**pod, "status": {"phase": "Pending"}, "spec": {**pod["spec"], **spec}}


def started(world: World, restart: str = "Never") -> None:
    """A job whose workers run and whose launcher has just started."""
    job = mpi_job(restart=restart)
    world.run(job, worker_pod(job, 0), worker_pod(job, 1, node="node-b"), fresh(launcher_pod(job)))
    for index in range(2):
        world.pod(f"nccl-efa-worker-{index}")["status"]["containerStatuses"] = [
            {"state": {"running": {"startedAt": NOW}}}
        ]
    world.step()


def test_a_worker_runs_and_is_ready_once_it_has_a_node(world: World) -> None:
    world.run(mpi_job(), fresh(worker_pod(mpi_job(), 0)), fresh(worker_pod(mpi_job(), 1, node="")))
    world.step()
    ready = {each["type"]: each["status"] for each in world.pod("nccl-efa-worker-0")["status"]["conditions"]}
    assert (world.pod("nccl-efa-worker-0")["status"]["phase"], ready["Ready"]) == ("Running", "True")
    assert world.pod("nccl-efa-worker-1")["status"] == {"phase": "Pending"}


def test_a_launcher_runs_a_while_and_its_log_is_there_before_it_has_completed(world: World) -> None:
    started(world)
    assert world.container()["state"]["running"]
    assert world.log() == []
    world.step(1.5)
    assert world.pod()["status"]["phase"] == "Running"
    world.step(1)
    assert world.log()[0].startswith("2026-11-24T10:00:02Z stdout F # recorded, not measured here: ")
    assert world.pod()["status"]["phase"] == "Succeeded"
    writes = world.kubernetes.writes
    world.kubernetes.writes = []
    world.step(60)
    assert (world.kubernetes.writes, bool(writes)) == ([], True)


def test_a_launcher_that_is_never_restarted_fails_with_the_exit_code_and_the_reason(world: World) -> None:
    order(world.paths, NcclFault.LAUNCHER_CRASH)
    started(world)
    world.step(2)
    ended = world.container()["state"]["terminated"]
    assert (world.pod()["status"]["phase"], ended["exitCode"], ended["reason"]) == ("Failed", 3, "Error")
    assert "Test failure" in ended["message"]


def test_a_launcher_that_fails_is_started_again_after_longer_and_longer_pauses(world: World) -> None:
    order(world.paths, NcclFault.LAUNCHER_CRASH)
    started(world, "OnFailure")
    for restarts, pause in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 8)):
        world.step(2)
        container = world.container()
        assert container["restartCount"] == restarts
        assert container["state"]["waiting"]["reason"] == "CrashLoopBackOff"
        assert container["lastState"]["terminated"]["exitCode"] == 3
        world.step(pause - 1)
        assert world.container()["state"]["waiting"]
        world.step(1)
        assert world.container()["state"]["running"]
    assert world.pod()["status"]["phase"] == "Running"
    assert "BackOff" in [reason for _, reason, _ in world.kubernetes.events()]


def test_the_log_before_the_last_restart_is_kept(world: World) -> None:
    order(world.paths, NcclFault.LAUNCHER_CRASH)
    started(world, "OnFailure")
    world.step(2)
    lift(world.paths)
    world.step(1)
    world.step(2)
    assert world.pod()["status"]["phase"] == "Succeeded"
    assert "Test failure" in world.log("previousLogsFile")[-1]
    assert "Avg bus bandwidth" in world.log()[-1]


def test_a_run_without_a_recording_is_told_as_an_event_of_the_launcher(world: World) -> None:
    started(world)
    world.kubernetes.objects[f"{NODES}/node-b"]["metadata"]["labels"] = {
        "node.kubernetes.io/instance-type": "g5.8xlarge"
    }
    world.step(2)
    ((name, reason, message),) = world.kubernetes.events()
    assert (name, reason) == ("nccl-efa-launcher-x7k2p", "NoRecording")
    assert message.startswith("the sandbox has no recording of all_reduce on 2 x ")
    assert world.log()[-1].endswith(message)


def test_an_image_that_cannot_be_pulled_holds_a_worker_until_the_fault_is_lifted(world: World) -> None:
    order(world.paths, NcclFault.IMAGE_PULL)
    world.run(mpi_job(), fresh(worker_pod(mpi_job(), 0)))
    reasons = []
    for _ in range(3):
        world.step(1)
        reasons.append(world.container("nccl-efa-worker-0")["state"]["waiting"]["reason"])
    assert reasons == ["ErrImagePull", "ImagePullBackOff", "ImagePullBackOff"]
    assert world.pod("nccl-efa-worker-0")["status"]["phase"] == "Pending"
    ((name, reason, message),) = world.kubernetes.events()
    assert (name, reason) == ("nccl-efa-worker-0", "Failed")
    assert message.startswith('Failed to pull image "nccl:1"')
    lift(world.paths)
    world.step(1)
    assert world.pod("nccl-efa-worker-0")["status"]["phase"] == "Running"


def test_a_pod_that_outlives_its_deadline_fails(world: World) -> None:
    world.run(mpi_job(), fresh(worker_pod(mpi_job(), 0), activeDeadlineSeconds=30))
    world.step()
    world.step(30)
    assert world.pod("nccl-efa-worker-0")["status"]["phase"] == "Running"
    world.step(1)
    status = world.pod("nccl-efa-worker-0")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")


def test_a_pod_that_is_deleted_ends_before_it_goes_and_its_log_goes_with_it(world: World) -> None:
    started(world)
    world.kubernetes.put(PODS, going(world.pod()))
    world.kubernetes.writes.clear()
    world.step()
    assert world.kubernetes.writes == ["write nccl-efa-launcher-x7k2p", "delete nccl-efa-launcher-x7k2p"]
    world.step()
    assert list(world.paths.pod_logs.iterdir()) == []


def test_a_pod_that_has_ended_goes_as_it_is(world: World) -> None:
    world.run(mpi_job(), going(worker_pod(mpi_job(), 0, "Failed")))
    world.step()
    assert world.kubernetes.writes == ["delete nccl-efa-worker-0"]


@pytest.mark.parametrize(
    "lost", [f"{NODES}/node-b", "/apis/kubeflow.org/v2beta1/namespaces/nccl-test/mpijobs/nccl-efa"]
)
def test_a_node_or_a_job_that_went_meanwhile_keeps_no_other_pod_waiting(world: World, lost: str) -> None:
    started(world)
    other = mpi_job("other")
    world.run(other, fresh(worker_pod(other, 0)))
    del world.kubernetes.objects[lost]
    world.step(2)
    assert world.pod()["status"]["phase"] == "Running"
    assert world.pod("other-worker-0")["status"]["phase"] == "Running"


def test_a_kubelet_that_was_killed_is_taken_up_by_the_next(world: World) -> None:
    started(world)
    world.kubelet = MpiKubelet(world.paths, world.kubernetes, lambda: world.now)
    world.step(2)
    assert world.pod()["status"]["phase"] == "Succeeded"


def test_a_fault_is_in_force_until_it_is_lifted_and_rubbish_is_none(tmp_path: Path) -> None:
    paths = SandboxPaths(tmp_path / "new")
    assert in_force(paths) is None
    order(paths, NcclFault.TRUNCATED)
    order(paths, NcclFault.WRONG_VALUES)
    assert in_force(paths) == NcclFault.WRONG_VALUES
    paths.nccl_fault.write_text("trunc")
    assert in_force(paths) is None
    lift(paths)
    lift(paths)


def test_a_pod_that_no_stand_in_made_is_left_to_kwok(world: World) -> None:
    strange = fresh(worker_pod(mpi_job(), 0))
    world.run(mpi_job(), {**strange, "metadata": {**strange["metadata"], "annotations": {}}})
    world.step()
    assert world.kubernetes.writes == []


def test_every_pod_has_one_path() -> None:
    assert pod_path(worker_pod(mpi_job(), 0)) == f"{PODS}/nccl-efa-worker-0"
