"""The status a kubelet would report of a pod: its container runs, waits or has ended, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

CRASH_LOOP = "CrashLoopBackOff"


@dataclass(frozen=True)
class ContainerState:
    """How the container that stands for its pod is doing."""

    kind: Literal["running", "waiting", "terminated"] = "running"
    ready: bool = False
    restarts: int = 0
    reason: str = ""
    """Why it waits: it crashed, or its image cannot be pulled. Empty while it runs."""
    message: str = ""
    exit_code: int = 0
    """Of its last run, where that has ended."""


def crashed(message: str, restarts: int, exit_code: int = 1) -> ContainerState:
    """It ended, and waits to be started again."""
    return ContainerState(
        "waiting", restarts=restarts, reason=CRASH_LOOP, message=message, exit_code=exit_code
    )


def ended(exit_code: int, message: str = "", restarts: int = 0) -> ContainerState:
    """It ended for good."""
    reason = "Error" if exit_code else "Completed"
    return ContainerState("terminated", False, restarts, reason, message, exit_code)


def phase_of(pod: Mapping[str, Any]) -> str:
    """`Pending`, `Running`, `Succeeded` or `Failed`; a pod without a status is pending."""
    return str(pod.get("status", {}).get("phase", "Pending"))


def has_ended(pod: Mapping[str, Any]) -> bool:
    """Whether nothing of it will run any more."""
    return phase_of(pod) in ("Succeeded", "Failed")


def pod_status(
    pod: Mapping[str, Any], container: Mapping[str, Any], state: ContainerState, address: str, now: str
) -> dict[str, Any]:
    """A strategic merge patch for the pod's status; `address` is its node's, and stands in for its own.

    `now` is in RFC 3339.
    """
    ready = "True" if state.ready else "False"
    old: Mapping[str, Any] = next(iter(pod.get("status", {}).get("containerStatuses", ())), {})
    return {
        "status": {
            "phase": _phase(state),
            "startTime": pod.get("status", {}).get("startTime") or now,
            "hostIP": address,
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": [
                {"type": kind, "status": status, "lastTransitionTime": now}
                for kind, status in (("Initialized", "True"), ("ContainersReady", ready), ("Ready", ready))
            ],
            "containerStatuses": [
                {
                    "name": container["name"],
                    "image": container["image"],
                    "imageID": "",
                    "ready": state.ready,
                    "started": state.kind == "running",
                    "restartCount": state.restarts,
                    **_states(state, old.get("state", {}), now),
                }
            ],
        }
    }


def _phase(state: ContainerState) -> str:
    if state.kind == "waiting" and state.reason != CRASH_LOOP:
        return "Pending"
    if state.kind == "terminated":
        return "Failed" if state.exit_code else "Succeeded"
    return "Running"


def _states(state: ContainerState, before: Mapping[str, Any], now: str) -> dict[str, Any]:
    """`state` and, where it is to run again, `lastState`; a key that is None is removed by the patch."""
    since = (before.get("running") or {}).get("startedAt", now)
    end = {"exitCode": state.exit_code, "message": state.message, "startedAt": since, "finishedAt": now}
    kinds: dict[str, dict[str, Any]] = {
        "running": {"startedAt": since},
        "waiting": {"reason": state.reason, "message": state.message},
        "terminated": {**end, "reason": state.reason},
    }
    found: dict[str, Any] = {"state": {**dict.fromkeys(kinds), state.kind: kinds[state.kind]}}
    if state.reason == CRASH_LOOP:
        found["lastState"] = {"terminated": {**end, "reason": "Error"}}
    return found
