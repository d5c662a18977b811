"""What a launcher's log and exit code are, from what is in the cluster."""

from collections.abc import Sequence

import pytest

from sandbox.world.kubernetes import Document
from sandbox.world.mpi.fault import NcclFault
from sandbox.world.mpi.launcher import Ran, run
from tests.sandbox.world.mpi.mpi_world import RUN, launcher_pod, mpi_job, worker_pod

JOB = mpi_job()


def ran(
    fault: NcclFault | None = None,
    *,
    instance_type: str = "g4dn.8xlarge",
    launcher: Document | None = None,
    workers: Sequence[Document] | None = None,
) -> Ran:
    pods = [worker_pod(JOB, 0), worker_pod(JOB, 1, node="node-b")] if workers is None else workers
    types = {"node-a": instance_type, "node-b": instance_type}
    return run(launcher or launcher_pod(JOB), pods, 2, types, fault)


def launcher_with(**container: object) -> Document:
    pod = launcher_pod(JOB)
    pod["spec"]["containers"][0] |= container
    return pod


def without_efa(pod: Document) -> Document:
    pod["spec"]["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": "1"}}
    return pod


def with_devices_of_the_host(pod: Document) -> Document:
    pod["spec"]["volumes"] = [{"name": "infiniband", "hostPath": {"path": "/dev/infiniband"}}]
    return pod


def test_a_run_over_efa_replays_its_recording_with_the_mark_of_one() -> None:
    replayed = ran()
    assert replayed.lines[0] == "# recorded, not measured here: all_reduce over EFA on 2 x g4dn.8xlarge."
    assert any("Selected Provider is efa" in line for line in replayed.lines)
    assert (replayed.exit_code, replayed.reason, replayed.message) == (0, "", "")


def test_the_provider_follows_from_devices_and_environment_and_not_from_names() -> None:
    over_tcp = {"name": "NCCL_NET", "value": "Socket"}
    bare = [without_efa(worker_pod(JOB, index)) for index in range(2)]
    mounted = [with_devices_of_the_host(without_efa(worker_pod(JOB, index))) for index in range(2)]
    assert "over TCP" in ran(launcher=launcher_with(env=[over_tcp])).lines[0]
    assert "over TCP" in ran(workers=bare).lines[0]
    assert "over TCP" in ran(workers=[worker_pod(JOB, 0), bare[1]]).lines[0]
    assert "over EFA" in ran(workers=mounted).lines[0]


@pytest.mark.parametrize(
    ("fault", "words", "exit_code"),
    [
        (NcclFault.SOCKET_FALLBACK, "Using network Socket", 0),
        (NcclFault.WRONG_VALUES, "FAILED", 5),
        (NcclFault.TRUNCATED, " 4194304 ", 0),
        (NcclFault.LAUNCHER_CRASH, "Test NCCL failure", 3),
        (NcclFault.IMAGE_PULL, "# Avg bus bandwidth", 0),
    ],
)
def test_a_fault_strikes_the_runs_over_efa(fault: NcclFault, words: str, exit_code: int) -> None:
    broken = ran(fault)
    assert any(words in line for line in broken.lines)
    assert broken.exit_code == exit_code
    over_tcp = ran(fault, launcher=launcher_with(env=[{"name": "NCCL_NET", "value": "Socket"}]))
    assert over_tcp.exit_code == 0
    assert any("# Avg bus bandwidth    : 0.733914" in line for line in over_tcp.lines)


@pytest.mark.parametrize("workers", [[], ["Running"], ["Running", "Pending"], ["Running", "Failed"]])
def test_a_launcher_that_does_not_reach_all_workers_fails_as_mpirun_does(workers: list[str]) -> None:
    pods = [worker_pod(JOB, index, phase) for index, phase in enumerate(workers)]
    failed = ran(workers=pods)
    assert failed.exit_code == 1
    assert failed.lines[0].startswith("ssh: Could not resolve hostname ")
    assert failed.message == "ORTE was unable to reliably start one or more daemons."


def test_a_run_that_nobody_recorded_says_so_and_lists_what_there_is() -> None:
    failed = ran(instance_type="p4d.24xlarge")
    assert (failed.exit_code, failed.reason) == (1, "NoRecording")
    assert failed.message == (
        "the sandbox has no recording of all_reduce on 2 x p4d.24xlarge; there are: "
        "all_reduce on 2 x g4dn.8xlarge (efa, socket), all_reduce on 2 x p5.48xlarge (efa, socket)"
    )
    other = ran(launcher=launcher_with(command=[word.replace("all_reduce", "alltoall") for word in RUN]))
    assert "no recording of alltoall on 2 x g4dn.8xlarge;" in other.message


def test_workers_on_nodes_of_two_types_have_no_recording() -> None:
    pods = [worker_pod(JOB, 0), worker_pod(JOB, 1, node="node-b")]
    types = {"node-a": "g4dn.8xlarge", "node-b": "g5.8xlarge"}
    mixed = run(launcher_pod(JOB), pods, 2, types, None)
    assert "on 2 x g4dn.8xlarge+g5.8xlarge;" in mixed.message


@pytest.mark.parametrize("command", [["sleep", "60"], []])
def test_a_launcher_that_runs_something_else_says_what_is_replayed_here(command: list[str]) -> None:
    failed = ran(launcher=launcher_with(command=command))
    assert (failed.exit_code, failed.reason) == (1, "NoRecording")
    assert "runs of nccl-tests only" in failed.message


def test_the_program_may_stand_in_the_arguments() -> None:
    assert ran(launcher=launcher_with(command=["mpirun"], args=RUN[1:])).exit_code == 0
