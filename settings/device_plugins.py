"""`devicePlugins`: what makes GPUs and EFA interfaces something that pods can ask for."""

from typing import Annotated

from pydantic import Field

from settings.base import Branch

CHART_VERSION = r"^v?\d+\.\d+\.\d+$"

ChartVersion = Annotated[str, Field(pattern=CHART_VERSION)]
"""A release of a chart, written as its repository writes it."""


class NvidiaPluginSettings(Branch):
    """NVIDIA's device plugin, which announces `nvidia.com/gpu`; Karpenter waits for that on GPU nodes."""

    enabled: bool = True
    """Install it. False where the GPU operator brings one; that must select our nodes, such as by the label
    `eks-efa/nvidia`, and tolerate their taints, those of teams included."""
    version: ChartVersion = "0.18.2"
    """Release of the chart `nvidia-device-plugin`."""


class EfaPluginSettings(Branch):
    """AWS's EFA device plugin, which announces `vpc.amazonaws.com/efa`."""

    enabled: bool = True
    """Install it. False where something else brings one, which must select nodes with `eks-efa/efa` and
    tolerate their taints."""
    version: ChartVersion = "v0.5.30"
    """Release of the chart `aws-efa-k8s-device-plugin`."""


class DevicePluginsSettings(Branch):
    """The device plugins; each runs on the nodes that have its devices, whatever their taints, of this stack
    and of the teams on its cluster."""

    nvidia: NvidiaPluginSettings = NvidiaPluginSettings()
    """GPUs."""
    efa: EfaPluginSettings = EfaPluginSettings()
    """EFA interfaces."""
