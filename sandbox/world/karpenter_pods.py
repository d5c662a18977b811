"""Which of the cluster's pods is Karpenter's leader, and what its container says about how to run it."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.world.kubernetes import is_going

SELECTOR = "app.kubernetes.io/name=karpenter"
"""The label that Karpenter's chart puts on its pods, whatever its release is called."""

IMAGE = "karpenter/controller"


def leader(pods: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The oldest pod that has a node: among replicas it won the election, and keeps it until it goes."""
    placed = [pod for pod in pods if pod["spec"].get("nodeName") and not is_going(pod) and controller(pod)]
    return min(placed, key=_age, default=None)


def controller(pod: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The container that runs Karpenter's image, if the pod has one."""
    containers = pod["spec"]["containers"]
    return next((each for each in containers if IMAGE in each.get("image", "")), None)


def image_version(container: Mapping[str, Any]) -> str:
    """The version in the image's tag, such as `1.14.0`; empty without a tag."""
    tag = re.search(r":v?([^:@/]+)(?:@|$)", container["image"])
    return tag.group(1) if tag else ""


def last_complaint(log: str) -> str:
    """Why Karpenter ended, from the end of its log: the last panic or error, else the last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for line in reversed(lines[-200:]):
        if line.startswith("panic:"):
            return line.removeprefix("panic:").strip()[:300]
        if complaint := _complaint(line):
            return complaint[:300]
    return lines[-1][:300] if lines else "no output"


def _complaint(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict) or str(entry.get("level", "")).upper() not in ("ERROR", "FATAL", "PANIC"):
        return ""
    parts = [str(entry[key]) for key in ("message", "error") if entry.get(key)]
    return ": ".join(parts)


def _age(pod: Mapping[str, Any]) -> tuple[datetime, str]:
    started = pod.get("status", {}).get("startTime") or pod["metadata"]["creationTimestamp"]
    return datetime.fromisoformat(started), pod["metadata"]["name"]
