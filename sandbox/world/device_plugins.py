"""The device plugins of the cluster, as the DaemonSets they are: whose pods announce a node's devices.

On AWS a plugin is installed by its chart. Where this machine does not reach the chart, its values are on
record, and the DaemonSet is what its template makes of them. Where it was installed, or somebody else brought
a plugin, the DaemonSet itself is in the cluster, and is known by its image.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, NEURON_RESOURCE
from sandbox.world.kubernetes import DAEMON_SETS, Kubernetes

IMAGES: Mapping[str, str] = {
    "k8s-device-plugin": GPU_RESOURCE,
    "aws-efa-k8s-device-plugin": EFA_RESOURCE,
    "neuron-device-plugin": NEURON_RESOURCE,
}
"""What a plugin announces, by the last part of its image's name: NVIDIA's own, which the GPU operator runs as
well, and AWS's two."""

CHARTS: Mapping[str, str] = {
    "nvidia-device-plugin": GPU_RESOURCE,
    "aws-efa-k8s-device-plugin": EFA_RESOURCE,
}
"""What a plugin announces, by its chart, for those that the program installs."""


@dataclass(frozen=True)
class DevicePlugin:
    """What announces a resource on the nodes that its DaemonSet selects and tolerates."""

    resource: str
    pod: Mapping[str, Any]
    """Spec of its pods, as far as it says where they run."""


class DevicePlugins:
    """The plugins that a cluster has now."""

    def __init__(self, kubernetes: Kubernetes, charts: Path) -> None:
        """`charts` is where charts are on record. Nothing is read yet."""
        self._kubernetes = kubernetes
        self._charts = charts
        self._stamps: list[tuple[str, int]] = []
        self._recorded: tuple[DevicePlugin, ...] = ()
        self._running: tuple[DevicePlugin, ...] = ()

    @property
    def all(self) -> tuple[DevicePlugin, ...]:
        """As they were last read."""
        return (*self._recorded, *self._running)

    def refresh(self, *, ask_cluster: bool) -> bool:
        """Read again what may have changed, DaemonSets only where asked for; whether something has."""
        before = self.all
        stamps = [(path.name, path.stat().st_mtime_ns) for path in sorted(self._charts.glob("*.json"))]
        if stamps != self._stamps:
            self._recorded, self._stamps = recorded_plugins(self._charts), stamps
        if ask_cluster:
            self._running = running_plugins(self._kubernetes.items(DAEMON_SETS))
        return self.all != before


def recorded_plugins(charts: Path) -> tuple[DevicePlugin, ...]:
    """Those whose charts are on record in this folder (`sandbox.engine.charts`)."""
    records = (json.loads(path.read_text()) for path in sorted(charts.glob("*.json")))
    found = (plugin_of_chart(record.get("chart", ""), record.get("values", {})) for record in records)
    return tuple(plugin for plugin in found if plugin)


def running_plugins(daemon_sets: Iterable[Mapping[str, Any]]) -> tuple[DevicePlugin, ...]:
    """Those among the DaemonSets of the cluster."""
    return tuple(
        DevicePlugin(IMAGES[image], each["spec"]["template"]["spec"])
        for each in daemon_sets
        for image in _images(each)
        if image in IMAGES
    )


def plugin_of_chart(chart: str, values: Mapping[str, Any]) -> DevicePlugin | None:
    """The plugin that a chart of this name makes of these values; None for another chart.

    templates/daemonset.yaml of aws-efa-k8s-device-plugin v0.5.30, whose affinity is made of
    `supportedInstanceLabels`, and templates/daemonset-device-plugin.yml of nvidia-device-plugin 0.18, which
    takes it as it is. Where a value is missing that says where pods go, they go nowhere: the charts' own
    values name labels of node-feature-discovery and a list of instance types.
    """
    if chart not in CHARTS:
        return None
    pod = {key: values[key] for key in ("nodeSelector", "tolerations", "affinity") if key in values}
    if chart == "aws-efa-k8s-device-plugin":
        pod["affinity"] = _one_of(values.get("supportedInstanceLabels") or {})
    return DevicePlugin(CHARTS[chart], {"affinity": _one_of({}), **pod})


def _one_of(labels: Mapping[str, Any]) -> dict[str, Any]:
    """The affinity to nodes where one of the `keys` has one of the `values`."""
    terms = [
        {"matchExpressions": [{"key": key, "operator": "In", "values": labels["values"]}]}
        for key in labels.get("keys", ())
    ]
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}


def _images(daemon_set: Mapping[str, Any]) -> Iterator[str]:
    """Names of its images without registry, tag and digest."""
    for container in daemon_set["spec"]["template"]["spec"].get("containers", ()):
        yield container["image"].rpartition("/")[2].partition("@")[0].partition(":")[0]
