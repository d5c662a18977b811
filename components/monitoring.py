"""Monitoring: Prometheus and Grafana by their chart, GPU metrics, our alerts and our dashboards."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components import nccl_results
from components.alerts import rule_groups
from components.chart import Chart
from components.dashboards import DASHBOARDS, KARPENTER
from components.dashboards.panels import Dashboard, grafana_json
from components.device_plugin_values import device_labels_in
from components.monitoring_crds import CHARTS
from components.monitoring_values import Values, dcgm_exporter_values, stack_values
from components.stack_plan import StackPlan
from knowledge.monitoring import DASHBOARD_LABEL, NAMESPACE, PART_OF, RULES, STACK_RELEASE
from knowledge.node_names import NVIDIA_LABEL
from knowledge.system_nodes import on_system_nodes

DCGM_CHARTS = "https://nvidia.github.io/dcgm-exporter/helm-charts"

STORAGE_CLASS = "eks-efa-monitoring"
"""Made where the settings name no other: EKS brings no class for gp3 and makes none the default."""

INSTALL_SECONDS = 600
"""For a release's hooks alone: nothing waits for the pods, whose eight images are pulled meanwhile."""


@dataclass(frozen=True)
class MonitoringArgs:
    """What is watched, and when."""

    plan: StackPlan
    kubernetes_provider: kubernetes.Provider
    after: tuple[pulumi.Resource, ...]
    """The operator's kinds, system nodes, cluster DNS, and the storage driver, which on destroy has a volume
    to delete. The namespace is gone before the volume is, so what goes between it and the driver gives the
    driver time: Karpenter, which drains its nodes then."""
    nccl_test: pulumi.Resource | None = None
    """The test whose results are shown."""


class Monitoring(pulumi.ComponentResource):
    """The releases, and what of our own they pick up."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the namespace and what runs in it."""
        super().__init__("eks-efa:monitoring:Monitoring", name, None, opts)
        self._name, self._args = name, args
        self._settings = args.plan.settings.monitoring
        self._namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            # The node exporter reads /proc and /sys of its node, dcgm-exporter the GPUs' own counters.
            metadata={"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "privileged"}},
            opts=self._options(*args.after),
        )
        self._stack()
        self._gpu_metrics()
        self._alerts()
        for dashboard in DASHBOARDS:
            if dashboard is not KARPENTER or self._args.plan.settings.has_karpenter:
                self._dashboard(dashboard)
        if args.nccl_test:
            self._nccl_results(args.nccl_test)
        self.register_outputs({"namespace": NAMESPACE})

    def _stack(self) -> None:
        storage_class = self._settings.storage_class
        before: list[pulumi.Resource] = [self._namespace]
        if storage_class is None:
            storage_class = STORAGE_CLASS
            before.append(self._storage_class())
        values = stack_values(self._settings, storage_class, self._args.plan.settings.system_node_labels)
        self._release(Chart(CHARTS, STACK_RELEASE, self._settings.chart_version), values, *before)

    def _storage_class(self) -> pulumi.Resource:
        return kubernetes.storage.v1.StorageClass(
            f"{self._name}-storage-class",
            metadata={"name": STORAGE_CLASS},
            provisioner="ebs.csi.aws.com",
            parameters={"type": "gp3", "encrypted": "true"},
            # The volume is made in the zone of the pod, and not the other way round.
            volume_binding_mode="WaitForFirstConsumer",
            allow_volume_expansion=True,
            opts=self._options(*self._args.after),
        )

    def _gpu_metrics(self) -> None:
        exporter = self._settings.dcgm_exporter
        if exporter.enabled and NVIDIA_LABEL in device_labels_in(self._args.plan):
            values = dcgm_exporter_values()
            self._release(Chart(DCGM_CHARTS, "dcgm-exporter", exporter.version), values, self._namespace)

    def _release(self, chart: Chart, values: Values, *before: pulumi.Resource) -> None:
        chart.release(
            f"{self._name}-{chart.name}",
            namespace=NAMESPACE,
            values=values,
            timeout_seconds=INSTALL_SECONDS,
            pods_come_with_nodes=True,
            opts=self._options(*before),
        )

    def _alerts(self) -> None:
        kubernetes.apiextensions.CustomResource(
            f"{self._name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata={"name": RULES, "namespace": NAMESPACE, "labels": PART_OF},
            spec=rule_groups(self._settings.alerts, karpenter=self._args.plan.settings.has_karpenter),
            opts=self._options(self._namespace),
        )

    def _dashboard(self, dashboard: Dashboard) -> None:
        labels = {DASHBOARD_LABEL: "1", **PART_OF}
        kubernetes.core.v1.ConfigMap(
            f"{self._name}-{dashboard.uid}",
            metadata={"name": dashboard.uid, "namespace": NAMESPACE, "labels": labels},
            data={f"{dashboard.uid}.json": json.dumps(grafana_json(dashboard), indent=1)},
            opts=self._options(self._namespace),
        )

    def _nccl_results(self, nccl_test: pulumi.Resource) -> None:
        name, options = f"{self._name}-{nccl_results.NAME}", self._options(nccl_test, *self._args.after)
        placed = on_system_nodes(self._args.plan.settings.system_node_labels)
        kubernetes.apps.v1.Deployment(name, **nccl_results.deployment(placed), opts=options)
        kubernetes.core.v1.Service(name, **nccl_results.service(), opts=options)
        monitor = nccl_results.service_monitor()
        kubernetes.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1",
            kind="ServiceMonitor",
            metadata=monitor["metadata"],
            spec=monitor["spec"],
            opts=options,
        )

    def _options(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self, provider=self._args.kubernetes_provider, depends_on=list(depends_on)
        )
