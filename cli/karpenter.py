"""Karpenter's state as its Deployment and its pods tell it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Pod
from lightkube.resources.apps_v1 import Deployment

_TAG = re.compile(r":v?(?P<version>\d+\.\d+\.\d+[^@]*)")


@dataclass(frozen=True)
class KarpenterState:
    """Whether the controller can be relied on. `version` is None where it is not installed."""

    version: str | None
    ready: bool
    pods: int
    """Pods of the controller that are Running."""


@dataclass(frozen=True)
class Provisioner:
    """A NodePool. `reason` says what keeps it from launching nodes; None: nothing does."""

    name: str
    ready: bool
    reason: str | None


def provisioners(pools: Iterable[Generic]) -> tuple[Provisioner, ...]:
    """NodePools by name, with what their conditions say. One without conditions awaits a look."""
    found = []
    for pool in pools:
        conditions = {each["type"]: each for each in (pool.get("status") or {}).get("conditions") or ()}
        ready = conditions.get("Ready", {}).get("status") == "True"
        doubts = [
            each["message"] for each in conditions.values() if each["status"] != "True" and each["message"]
        ]
        reason = None if ready else "; ".join(filter(None, doubts)) or "Karpenter has not looked at it yet"
        found.append(Provisioner((pool.metadata.name if pool.metadata else None) or "", ready, reason))
    return tuple(sorted(found, key=lambda provisioner: provisioner.name))


def karpenter_state(deployment: Deployment | None, pods: Iterable[Pod]) -> KarpenterState:
    """Read the version off the controller's image tag, and readiness off the Deployment's replicas."""
    running = sum(1 for pod in pods if pod.status and pod.status.phase == "Running")
    if deployment is None or deployment.spec is None:
        return KarpenterState(version=None, ready=False, pods=running)
    wanted = 1 if deployment.spec.replicas is None else deployment.spec.replicas
    ready = (deployment.status.readyReplicas if deployment.status else None) or 0
    return KarpenterState(version=_version(deployment), ready=0 < wanted <= ready, pods=running)


def _version(deployment: Deployment) -> str | None:
    """The tag of the image, which is what runs; the chart's version label can be older than the image."""
    template = deployment.spec.template.spec if deployment.spec else None
    for container in template.containers if template else ():
        if match := _TAG.search(container.image or ""):
            return match["version"]
    return None
