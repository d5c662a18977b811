"""The root of the settings tree: everything that `Pulumi.<stack>.yaml` may say under this project's name."""

from typing import Literal

from pydantic import Field

from knowledge.system_nodes import OWN, Labels, of_node_group
from settings.base import Branch
from settings.cluster import ClusterSettings, SystemNodesSettings
from settings.cluster_autoscaler import Autoscaler, ClusterAutoscalerSettings
from settings.device_plugins import DevicePluginsSettings
from settings.image_registry import ImageRegistrySettings
from settings.karpenter import KarpenterSettings
from settings.monitoring import MonitoringSettings
from settings.mpi_operator import MpiOperatorSettings
from settings.nccl import NcclSettings
from settings.network import NetworkSettings
from settings.nodes import NodeGroupSettings, ProvisionerSettings


class StackSettings(Branch):
    """What every stack says of itself: one with a cluster, and a tenant of another (`settings/tenant.py`)."""

    environment: Literal["dev", "prod"] = "dev"
    """How strict the checks are: `prod` wants pinned images and addons, a NAT gateway a zone and
    deletion protection."""
    sandbox: bool = False
    """True for a stack that lives in the emulated AWS; the program then refuses any real endpoint, and
    every other stack refuses an emulated one."""
    owner: str = "platform"
    """Who answers for the stack; the tag `owner` on everything."""
    tags: dict[str, str] = Field(default={}, max_length=40)
    """Further tags on everything."""


class Settings(StackSettings):
    """All settings of a stack with a cluster."""

    network: NetworkSettings = NetworkSettings()
    """The VPC."""
    cluster: ClusterSettings = Field(examples=[{"name": "train"}])
    """The control plane."""
    system_nodes: SystemNodesSettings = SystemNodesSettings()
    """Nodes for system pods."""
    node_groups: tuple[NodeGroupSettings, ...] = ()
    """EFA node groups, scaled by hand."""
    autoscaler: Autoscaler = "karpenter"
    """Who makes and unmakes GPU nodes: `karpenter`; `cluster-autoscaler`, which sizes the node groups, while
    provisioners wait; or `both`, to move from one to the other (docs/migration.md)."""
    cluster_autoscaler: ClusterAutoscalerSettings = ClusterAutoscalerSettings()
    """Which Cluster Autoscaler runs, where one does."""
    karpenter: KarpenterSettings = KarpenterSettings()
    """Which Karpenter runs, and how."""
    provisioners: tuple[ProvisionerSettings, ...] = ()
    """Provisioners, scaled by Karpenter."""
    device_plugins: DevicePluginsSettings = DevicePluginsSettings()
    """What makes GPUs and EFA interfaces something that pods can ask for."""
    mpi_operator: MpiOperatorSettings = MpiOperatorSettings()
    """What turns an MPIJob into pods."""
    image_registry: ImageRegistrySettings = ImageRegistrySettings()
    """A repository for images of your own."""
    nccl: NcclSettings = NcclSettings()
    """The NCCL test of one pool of nodes."""
    monitoring: MonitoringSettings = MonitoringSettings()
    """Prometheus, Grafana, dashboards and alerts."""

    @property
    def system_node_labels(self) -> Labels:
        """Of the nodes for everything that must neither bring a GPU node nor keep one."""
        existing = self.cluster.existing
        return of_node_group(existing.system_node_group) if existing else OWN

    @property
    def further_security_group_ids(self) -> tuple[str, ...]:
        """What GPU nodes carry besides the cluster's security group and EFA's."""
        existing = self.cluster.existing
        return existing.node_security_group_ids if existing else ()

    @property
    def has_karpenter(self) -> bool:
        """Whether Karpenter and its provisioners are made."""
        return self.autoscaler != "cluster-autoscaler"

    @property
    def has_cluster_autoscaler(self) -> bool:
        """Whether Cluster Autoscaler runs and sizes the node groups, which the program then leaves to it."""
        return self.autoscaler != "karpenter"
