"""The kubelet's part for Karpenter's pods, which KWOK leaves alone: what runs, what is ready, what has ended.

KWOK would call every pod Ready a moment after it was placed, and a chart whose controller crashes would
install without complaint. Here a pod is Ready when the real process answers its readiness probe, and shows
CrashLoopBackOff with the reason when it fails, so that `helm --wait` and `kubectl get pods` tell the truth.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.world.karpenter_pods import controller
from sandbox.world.kubernetes import Document, Kubernetes, is_going, pod_path
from sandbox.world.pod_report import report
from sandbox.world.pod_status import ContainerState


class KarpenterKubelet:
    """Reports on Karpenter's pods; a status is written only when it has changed."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        """Nothing is written yet; after a restart every status is written once more."""
        self._kubernetes = kubernetes
        self._written: dict[str, ContainerState] = {}

    def show(self, pods: Iterable[Document], state: ContainerState) -> None:
        """Report every pod that has a node: all replicas share the fate of the one that leads."""
        for pod in pods:
            uid, container, node = pod["metadata"]["uid"], controller(pod), pod["spec"].get("nodeName")
            if container and node and not is_going(pod) and self._written.get(uid) != state:
                report(self._kubernetes, pod, container, state, datetime.now(UTC))
                self._written[uid] = state

    def finish(self, pods: Iterable[Document]) -> None:
        """Let go of pods that are being deleted: nothing of them runs any more."""
        for pod in pods:
            if is_going(pod):
                self._kubernetes.delete(pod_path(pod), gracePeriodSeconds=0)
                self._written.pop(pod["metadata"]["uid"], None)
