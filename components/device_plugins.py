"""The device plugins: they tell Kubernetes of a node's GPUs and EFA interfaces, for pods to ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.chart import Chart
from components.device_plugin_values import device_labels_in, efa_plugin_values, nvidia_plugin_values
from components.stack_plan import StackPlan
from knowledge.node_names import EFA_LABEL, NVIDIA_LABEL

NAMESPACE = "kube-system"
"""Both charts run their pods as `system-node-critical`."""

NVIDIA_CHARTS = "https://nvidia.github.io/k8s-device-plugin"
EKS_CHARTS = "https://aws.github.io/eks-charts"


@dataclass(frozen=True)
class DevicePluginsArgs:
    """The cluster whose nodes the plugins must reach."""

    plan: StackPlan
    kubernetes_provider: kubernetes.Provider
    after: tuple[pulumi.Resource, ...]
    """What makes the cluster one that can be asked: its access entries and network addons."""


class DevicePlugins(pulumi.ComponentResource):
    """A release for each plugin that is enabled and may have a node to run on."""

    def __init__(
        self, name: str, args: DevicePluginsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the releases."""
        super().__init__("eks-efa:nccl:DevicePlugins", name, None, opts)
        self._name, self._args = name, args
        settings, context = args.plan.settings.device_plugins, args.plan.context
        labels = device_labels_in(args.plan)
        if settings.nvidia.enabled and NVIDIA_LABEL in labels:
            values = nvidia_plugin_values()
            self._release(Chart(NVIDIA_CHARTS, "nvidia-device-plugin", settings.nvidia.version), values)
        if settings.efa.enabled and EFA_LABEL in labels:
            efa_values = efa_plugin_values(context.region, context.dns_suffix)
            self._release(Chart(EKS_CHARTS, "aws-efa-k8s-device-plugin", settings.efa.version), efa_values)
        self.register_outputs({})

    def _release(self, chart: Chart, values: Mapping[str, Any]) -> None:
        chart.release(
            f"{self._name}-{chart.name}",
            namespace=NAMESPACE,
            values=values,
            pods_come_with_nodes=True,
            opts=pulumi.ResourceOptions(
                parent=self, provider=self._args.kubernetes_provider, depends_on=list(self._args.after)
            ),
        )
