"""The whole cluster, part by part in the order in which they need each other.

The order on destroy is the reverse and just as deliberate: jobs go first, then NodePools while Karpenter
lives and drains their nodes, then the node classes, Karpenter's releases, the node groups, the cluster, and
what nodes need to reach it last.
"""

from collections.abc import Iterator

import pulumi

from components.autoscaler import Autoscaler, AutoscalerArgs
from components.cluster_autoscaler import ClusterAutoscaler, ClusterAutoscalerArgs
from components.device_plugins import DevicePlugins
from components.efa_node_group import EfaNodeGroup, EfaNodeGroupArgs, NodeGroupCluster
from components.efa_security_group import EfaSecurityGroup
from components.foundation import Foundation, existing_foundation, new_foundation
from components.image_registry import ImageRegistry
from components.kubernetes_cluster import KubernetesCluster
from components.monitoring import Monitoring
from components.mpi_operator import MpiOperator
from components.nccl_test import NcclTest
from components.network import Network
from components.node_role import NodeRole
from components.stack_plan import ExistingClusterPlan, NodeGroupPlan, StackPlan
from components.system_node_group import SystemNodeGroup
from components.workloads import Workloads


class GpuCluster(pulumi.ComponentResource):
    """An EKS cluster with EFA node groups scaled by hand and provisioners scaled by Karpenter."""

    plan: StackPlan
    network: Network
    efa_security_group: EfaSecurityGroup
    cluster: KubernetesCluster
    node_role: NodeRole
    system_nodes: SystemNodeGroup | None
    """None where the cluster is somebody else's."""
    node_groups: dict[str, EfaNodeGroup]
    """By name."""
    device_plugins: DevicePlugins
    autoscaler: Autoscaler | None
    """Karpenter."""
    cluster_autoscaler: ClusterAutoscaler | None
    mpi_operator: MpiOperator | None
    image_registry: ImageRegistry | None
    nccl_test: NcclTest | None
    monitoring: Monitoring | None

    def __init__(self, name: str, plan: StackPlan, opts: pulumi.ResourceOptions | None = None) -> None:
        """Build what is planned."""
        super().__init__("eks-efa:cluster:GpuCluster", name, None, opts)
        self.plan, self._name, self._context = plan, name, plan.context
        self._options = pulumi.ResourceOptions(parent=self)
        base = self._base = self._foundation()
        self.network, self.efa_security_group = base.network, base.efa_security_group
        self.cluster, self.node_role, self.system_nodes = base.cluster, base.node_role, base.system_nodes
        self.node_groups = {each.settings.name: self._node_group(each) for each in plan.node_groups}
        workloads = Workloads(name, plan, self.cluster, self._options)
        self.device_plugins = workloads.device_plugins(base.before_nodes)
        self._monitoring_crds = workloads.monitoring_crds(base.before_nodes)
        self.autoscaler = self._autoscaler() if plan.settings.has_karpenter else None
        self.cluster_autoscaler = self._cluster_autoscaler()
        self.image_registry = workloads.image_registry()
        self.mpi_operator = workloads.mpi_operator(base.system)
        self.nccl_test = workloads.nccl_test(self._before_jobs())
        self.monitoring = workloads.monitoring(self._before_monitoring(), self.nccl_test)
        self.register_outputs({"clusterName": self.cluster.name})

    def _foundation(self) -> Foundation:
        plan = self.plan
        if isinstance(plan.cluster, ExistingClusterPlan):
            return existing_foundation(self._name, plan, plan.cluster, self._options)
        return new_foundation(self._name, plan, plan.cluster, self._options)

    def _node_group(self, plan: NodeGroupPlan) -> EfaNodeGroup:
        cluster = self.cluster
        return EfaNodeGroup(
            f"{self._name}-{plan.settings.name}",
            EfaNodeGroupArgs(
                context=self._context,
                settings=plan.settings,
                instance_type=plan.instance_type,
                interfaces=plan.interfaces,
                image_id=plan.image_id,
                cluster=NodeGroupCluster(
                    name=cluster.name,
                    endpoint=cluster.endpoint,
                    certificate_authority=cluster.certificate_authority,
                    service_cidr=self.plan.settings.cluster.service_cidr,
                ),
                node_role_arn=self.node_role.arn,
                subnet_id=self.network.private_subnet_ids[plan.zone],
                security_group_ids=self._base.node_security_group_ids,
                after=self._base.before_nodes,
                autoscaled=self.plan.settings.has_cluster_autoscaler,
            ),
            self._options,
        )

    def _autoscaler(self) -> Autoscaler:
        return Autoscaler(
            f"{self._name}-karpenter",
            AutoscalerArgs(
                plan=self.plan,
                network=self.network,
                security_group_ids=self._base.node_security_group_ids,
                cluster=self.cluster,
                node_role=self.node_role,
                after=(
                    *self._base.before_nodes,
                    *self._base.system,
                    # For the way down: pods of a group that goes find no Karpenter to bring nodes for them.
                    *self.node_groups.values(),
                    *self._monitoring_crds,
                ),
                before_nodes=(self.device_plugins,),
            ),
            self._options,
        )

    def _cluster_autoscaler(self) -> ClusterAutoscaler | None:
        if not self.plan.settings.has_cluster_autoscaler:
            return None
        args = ClusterAutoscalerArgs(
            plan=self.plan,
            cluster=self.cluster,
            after=(*self._base.system, *self.node_groups.values()),
        )
        return ClusterAutoscaler(f"{self._name}-cluster-autoscaler", args, self._options)

    def _before_monitoring(self) -> Iterator[pulumi.Resource]:
        """What monitoring stands on; Karpenter for the way down alone, see `MonitoringArgs.after`."""
        yield from (*self._monitoring_crds, *self._base.system)
        yield from (self.autoscaler,) if self.autoscaler else ()

    def _before_jobs(self) -> Iterator[pulumi.Resource]:
        """What a job needs, and outlives it: its operator, the devices, and whoever brings nodes."""
        yield from (part for part in (self.mpi_operator, self.autoscaler) if part)
        yield self.device_plugins
        yield from self.node_groups.values()
