from dataclasses import replace

import pytest

from cli.karpenter import Provisioner
from cli.nccl.pods import PodSeen, State
from cli.nccl.progress import NO_OPERATOR, JobSeen, RunSeen, job_seen
from cli.pending.reason import Reason
from cli.scaling import Claims
from tests.cli.nccl.nccl_objects import pod_seen

BOOTING = Reason("g4dn-x7 is launched, its node has not joined yet")
NEVER = Reason("no allowed instance type has 9 nvidia.com/gpu", final=True)
BAD_IMAGE = Reason("ErrImagePull: image nccl:1 cannot be pulled: not found", final=True)
WORKERS = (pod_seen("worker-0"), pod_seen("worker-1"))


def seen(*pods: PodSeen, job: JobSeen | None = None, rows: int = 0) -> RunSeen:
    return RunSeen("efa", 2, job or JobSeen(), pods, Claims(2, 1, 0), rows=rows)


def test_a_run_is_under_way_once_the_launcher_runs_beside_all_workers() -> None:
    assert not seen(*WORKERS).is_under_way()
    assert not seen(WORKERS[0], pod_seen("launcher")).is_under_way()
    assert not seen(*WORKERS, pod_seen("launcher", State.STARTING)).is_under_way()
    assert seen(*WORKERS, pod_seen("launcher")).is_under_way()


def test_a_run_that_has_ended_is_not_waited_for_to_begin() -> None:
    assert seen(job=JobSeen(succeeded=True)).is_under_way()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, JobSeen(there=False)),
        ({}, JobSeen()),
        ({"Created": "True", "Running": "True"}, JobSeen()),
        ({"Succeeded": "True"}, JobSeen(succeeded=True)),
        ({"Failed": "False"}, JobSeen()),
        ({"Failed": "True"}, JobSeen(failed="DeadlineExceeded: it took too long")),
    ],
)
def test_the_conditions_say_whether_a_job_has_ended(
    document: dict[str, str] | None, expected: JobSeen
) -> None:
    said = {"reason": "DeadlineExceeded", "message": "it took too long"}
    conditions = [{"type": kind, "status": status, **said} for kind, status in (document or {}).items()]
    found = job_seen(None if document is None else {"status": {"conditions": conditions}})
    assert found == expected
    assert found.ended is (not found.there or found.succeeded or found.failed is not None)


def test_a_failure_without_words_is_a_failure() -> None:
    job = job_seen({"status": {"conditions": [{"type": "Failed", "status": "True", "reason": "Evicted/"}]}})
    assert job.failed == "Evicted"


def test_what_no_node_will_ever_do_is_hopeless_once_all_provisioners_are_ready() -> None:
    run = seen(pod_seen("worker-0", State.WAITING, NEVER))
    assert run.is_hopeless()
    early = Provisioner("g4dn", ready=False, reason="awaits its class")
    assert not replace(run, provisioners=(early,)).is_hopeless()


def test_an_image_that_cannot_be_pulled_is_hopeless_whatever_the_provisioners_say() -> None:
    early = Provisioner("g4dn", ready=False, reason="awaits its class")
    run = replace(seen(pod_seen("worker-1", State.STARTING, BAD_IMAGE)), provisioners=(early,))
    assert run.is_hopeless()
    assert run.why() == f"worker-1: {BAD_IMAGE.text}"


def test_nodes_that_boot_are_hoped_for() -> None:
    assert not seen(pod_seen("worker-0", State.WAITING, BOOTING)).is_hopeless()


def test_a_job_that_the_operator_refuses_is_hopeless() -> None:
    run = seen(job=JobSeen(refused="Found validation errors: name too long"))
    assert run.is_hopeless()
    assert run.why() == "the MPI operator refuses it: Found validation errors: name too long"


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (seen(), "efa: waiting for the MPI operator to make its pods"),
        (
            seen(pod_seen("worker-0", State.WAITING, BOOTING), pod_seen("worker-1", State.WAITING, BOOTING)),
            f"efa: workers 0/2 running, NodeClaims 2 (1 launched, 0 ready); 2 waiting: {BOOTING.text}",
        ),
        (
            seen(WORKERS[0], pod_seen("worker-1", State.STARTING, Reason("Pulling image nccl:1"))),
            "efa: workers 1/2 running; 1 waiting: Pulling image nccl:1",
        ),
        (seen(*WORKERS), "efa: workers 2/2 running, waiting until all are Ready"),
        (
            seen(*WORKERS, pod_seen("launcher", State.STARTING, Reason("placed on a node, starting"))),
            "efa: launcher: placed on a node, starting",
        ),
        (seen(*WORKERS, pod_seen("launcher"), rows=12), "efa: launcher runs, 12 rows measured"),
        (
            seen(*WORKERS, pod_seen("launcher", restarts=2), rows=3),
            "efa: launcher (restart 2) runs, 3 rows measured",
        ),
        (seen(*WORKERS, pod_seen("launcher", State.SUCCEEDED)), "efa: launcher has ended"),
    ],
)
def test_the_live_line_says_what_is_waited_for(run: RunSeen, line: str) -> None:
    assert run.progress() == line


def test_launchers_that_failed_before_count_as_restarts() -> None:
    failed = pod_seen("launcher", State.FAILED, Reason("it failed: exit code 1"))
    run = seen(*WORKERS, failed, failed, pod_seen("launcher"))
    assert (run.restarts, run.launcher) == (2, run.pods[-1])
    assert run.is_under_way()


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (seen(), NO_OPERATOR),
        (seen(WORKERS[0]), "only 1 of 2 workers run"),
        (seen(*WORKERS), "all workers run, but not all are Ready: no launcher was made"),
        (seen(*WORKERS, pod_seen("launcher"), rows=9), "the launcher runs still, 9 rows are measured"),
        (
            seen(
                pod_seen("worker-0", State.WAITING, BOOTING), pod_seen("worker-1", State.STARTING, BAD_IMAGE)
            ),
            f"worker-1: {BAD_IMAGE.text}",
        ),
        (
            seen(
                pod_seen("launcher", State.STARTING, Reason("Pulling image")),
                pod_seen("worker-1", State.WAITING, BOOTING),
            ),
            f"worker-1: {BOOTING.text}",
        ),
        (
            seen(
                *WORKERS,
                pod_seen("launcher", State.FAILED, Reason("it failed: exit code 1")),
                pod_seen("launcher", State.STARTING, Reason("Pulling image")),
            ),
            "launcher: Pulling image",
        ),
    ],
)
def test_giving_up_names_the_pod_and_what_keeps_it(run: RunSeen, why: str) -> None:
    assert run.why() == why
