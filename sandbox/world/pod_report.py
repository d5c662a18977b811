"""How the stand-ins of kubelets report on a pod."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.world.kubernetes import NODES, Document, Kubernetes, pod_path, rfc3339
from sandbox.world.nodes import internal_address
from sandbox.world.pod_status import ContainerState, pod_status


def report(
    kubernetes: Kubernetes,
    pod: Document,
    container: Mapping[str, Any],
    state: ContainerState,
    now: datetime,
    **of_pod: Any,
) -> None:
    """Write the status of a pod that has a node: what `container`, which stands for it, does.

    `of_pod` are fields of the status besides, such as a reason. Raises KubernetesError, with NOT_FOUND where
    the node is gone; an absent pod is fine.
    """
    address = internal_address(kubernetes.get(f"{NODES}/{pod['spec']['nodeName']}"))
    status = pod_status(pod, container, state, address, rfc3339(now))
    kubernetes.patch_status(pod_path(pod), {"status": {**status["status"], **of_pod}})
