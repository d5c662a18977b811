"""The status a kubelet reports, as a patch on what it reported before."""

from typing import Any

import pytest

from sandbox.world.pod_status import ContainerState, crashed, ended, phase_of, pod_status

BEFORE, NOW = "2026-11-24T10:00:00Z", "2026-11-24T10:00:05Z"
CONTAINER = {"name": "main", "image": "nccl:1"}
RUNNING = {
    "status": {"startTime": BEFORE, "containerStatuses": [{"state": {"running": {"startedAt": BEFORE}}}]}
}


def reported(state: ContainerState, pod: dict[str, Any]) -> dict[str, Any]:
    status: dict[str, Any] = pod_status(pod, CONTAINER, state, "10.0.0.4", NOW)["status"]
    return status


@pytest.mark.parametrize(
    ("state", "phase", "kind"),
    [
        (ContainerState(), "Running", "running"),
        (crashed("no", 1), "Running", "waiting"),
        (ContainerState("waiting", reason="ErrImagePull"), "Pending", "waiting"),
        (ended(0), "Succeeded", "terminated"),
        (ended(3), "Failed", "terminated"),
    ],
)
def test_the_phase_follows_from_the_container_and_other_states_are_removed(
    state: ContainerState, phase: str, kind: str
) -> None:
    status = reported(state, {})
    (container,) = status["containerStatuses"]
    assert phase_of({"status": status}) == phase
    assert [name for name, value in container["state"].items() if value is not None] == [kind]
    assert set(container["state"]) == {"running", "waiting", "terminated"}


def test_a_container_that_goes_on_running_keeps_the_time_it_started() -> None:
    status = reported(ContainerState(ready=True), RUNNING)
    assert status["containerStatuses"][0]["state"]["running"] == {"startedAt": BEFORE}
    assert status["startTime"] == BEFORE


def test_a_crash_tells_when_the_last_run_began_and_ended() -> None:
    last = reported(crashed("no memory", 2, 137), RUNNING)["containerStatuses"][0]["lastState"]["terminated"]
    assert last == {
        "exitCode": 137,
        "message": "no memory",
        "reason": "Error",
        "startedAt": BEFORE,
        "finishedAt": NOW,
    }


def test_a_pod_without_a_status_is_pending() -> None:
    assert phase_of({}) == "Pending"
