"""The status a kubelet would report of a pod: running, ready or in CrashLoopBackOff, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class ContainerState:
    """How the container that stands for its pod is doing."""

    ready: bool = False
    crash: str = ""
    """Why it ended, while it waits to be started again; empty while it runs."""
    restarts: int = 0


def pod_status(
    pod: Mapping[str, Any], container: Mapping[str, Any], state: ContainerState, address: str
) -> dict[str, Any]:
    """A strategic merge patch for the pod's status; `address` is its node's, and stands in for its own."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ready = "True" if state.ready else "False"
    running = {"running": {"startedAt": now}, "waiting": None}
    backing_off = {"waiting": {"reason": "CrashLoopBackOff", "message": state.crash}, "running": None}
    return {
        "status": {
            "phase": "Running",
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
                    "started": not state.crash,
                    "restartCount": state.restarts,
                    "state": backing_off if state.crash else running,
                }
            ],
        }
    }
