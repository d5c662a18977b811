"""What runs on a cluster beside its nodes: device plugins, the MPI operator, the NCCL test, monitoring.

Each is a child of the cluster it is on. In which order they come is the cluster's to say
(`components/gpu_cluster.py`), since Karpenter and the node groups come between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from components.device_plugins import DevicePlugins, DevicePluginsArgs
from components.image_registry import ImageRegistry, ImageRegistryArgs
from components.kubernetes_cluster import KubernetesCluster
from components.monitoring import Monitoring, MonitoringArgs
from components.monitoring_crds import MonitoringCrds, MonitoringCrdsArgs
from components.mpi_operator import MpiOperator, MpiOperatorArgs
from components.nccl_test import NcclTest, NcclTestArgs
from components.pools import contract_of, tested_pool
from components.stack_plan import ProvisionerPlan, StackPlan

After = Iterable[pulumi.Resource]
"""What must be there first, and on destroy goes later."""


@dataclass(frozen=True)
class Workloads:
    """Makes the parts that the plan asks for; None or nothing for one that it does not."""

    name: str
    plan: StackPlan
    cluster: KubernetesCluster
    options: pulumi.ResourceOptions

    def device_plugins(self, after: After) -> DevicePlugins:
        """What makes GPUs and EFA interfaces something that pods can ask for."""
        args = DevicePluginsArgs(
            plan=self.plan, kubernetes_provider=self.cluster.kubernetes_provider, after=tuple(after)
        )
        return DevicePlugins(f"{self.name}-device-plugins", args, self.options)

    def monitoring_crds(self, after: After) -> tuple[MonitoringCrds, ...]:
        """One or none. Before Karpenter's chart, which looks for the kinds."""
        settings = self.plan.settings.monitoring
        if not settings.enabled:
            return ()
        args = MonitoringCrdsArgs(
            version=settings.crds_version,
            kubernetes_provider=self.cluster.kubernetes_provider,
            after=tuple(after),
        )
        return (MonitoringCrds(f"{self.name}-monitoring-crds", args, self.options),)

    def image_registry(self) -> ImageRegistry | None:
        """The repository for images of one's own."""
        settings = self.plan.settings.image_registry
        if not settings.enabled:
            return None
        args = ImageRegistryArgs(context=self.plan.context, settings=settings)
        return ImageRegistry(f"{self.name}-images", args, self.options)

    def mpi_operator(self, after: After) -> MpiOperator | None:
        """What turns an MPIJob into pods."""
        manifest = self.plan.mpi_operator_manifest
        if manifest is None:
            return None
        args = MpiOperatorArgs(
            manifest=manifest,
            kubernetes_provider=self.cluster.kubernetes_provider,
            system_nodes=self.plan.settings.system_node_labels,
            after=tuple(after),
        )
        return MpiOperator(f"{self.name}-mpi-operator", args, self.options)

    def nccl_test(self, after: After) -> NcclTest | None:
        """The NCCL test of the pool that the settings name."""
        settings, pool = self.plan.settings.nccl, tested_pool(self.plan)
        if pool is None:
            return None
        args = NcclTestArgs(
            settings=settings,
            pool=contract_of(pool),
            kubernetes_provider=self.cluster.kubernetes_provider,
            after=tuple(after),
            system_nodes=self.plan.settings.system_node_labels,
            huge_pages_by_overlay=settings.hugepages and isinstance(pool, ProvisionerPlan),
        )
        return NcclTest(f"{self.name}-nccl", args, self.options)

    def monitoring(self, after: After, nccl_test: NcclTest | None) -> Monitoring | None:
        """Prometheus, Grafana, dashboards and alerts."""
        if not self.plan.settings.monitoring.enabled:
            return None
        args = MonitoringArgs(
            plan=self.plan,
            kubernetes_provider=self.cluster.kubernetes_provider,
            after=tuple(after),
            nccl_test=nccl_test,
        )
        return Monitoring(f"{self.name}-monitoring", args, self.options)
