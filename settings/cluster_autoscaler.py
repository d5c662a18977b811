"""`autoscaler` and `clusterAutoscaler`: who makes and unmakes GPU nodes."""

from typing import Literal

from knowledge.cluster_autoscaler import CHART_VERSION, RELEASES
from settings.base import Branch
from settings.device_plugins import ChartVersion

Autoscaler = Literal["cluster-autoscaler", "both", "karpenter"]


class ClusterAutoscalerSettings(Branch):
    """Cluster Autoscaler's release."""

    version: str | None = None
    """Release, of the cluster's own Kubernetes minor, such as `1.35.2`. None: the newest one known."""
    chart_version: ChartVersion = CHART_VERSION
    """Release of the chart `cluster-autoscaler`."""

    def release(self, kubernetes: str) -> str:
        """The release for a Kubernetes minor. The checks see to it that one is named where none is known."""
        return self.version or RELEASES[kubernetes]
