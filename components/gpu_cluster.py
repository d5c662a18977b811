"""The whole cluster, part by part in the order in which they need each other.

The order on destroy is the reverse and just as deliberate: jobs go first, then NodePools while Karpenter
lives and drains their nodes, then the node classes, Karpenter's releases, the node groups, the cluster, and
what nodes need to reach it last.
"""

from collections.abc import Iterator
from functools import partial

import pulumi

from components.addons import AddonsArgs, NodeAddons, SystemAddons
from components.autoscaler import Autoscaler, AutoscalerArgs
from components.cluster import Cluster, ClusterArgs
from components.cluster_autoscaler import ClusterAutoscaler, ClusterAutoscalerArgs
from components.device_plugins import DevicePlugins
from components.efa_node_group import EfaNodeGroup, EfaNodeGroupArgs, NodeGroupCluster
from components.efa_security_group import EfaSecurityGroup, EfaSecurityGroupArgs
from components.encryption_keys import EncryptionKeys, EncryptionKeysArgs
from components.image_registry import ImageRegistry
from components.monitoring import Monitoring
from components.mpi_operator import MpiOperator
from components.nccl_test import NcclTest
from components.network import Network, NetworkArgs
from components.node_role import NodeRole, NodeRoleArgs
from components.stack_plan import NodeGroupPlan, StackPlan
from components.system_node_group import SystemNodeGroup, SystemNodeGroupArgs
from components.workloads import Workloads


class GpuCluster(pulumi.ComponentResource):
    """An EKS cluster with EFA node groups scaled by hand and provisioners scaled by Karpenter."""

    plan: StackPlan
    network: Network
    efa_security_group: EfaSecurityGroup
    cluster: Cluster
    node_role: NodeRole
    system_nodes: SystemNodeGroup
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
        self._control_plane()
        self._system()
        self.node_groups = {each.settings.name: self._node_group(each) for each in plan.node_groups}
        workloads = Workloads(name, plan, self.cluster, self._options)
        self.device_plugins = workloads.device_plugins(self._before_nodes)
        self._monitoring_crds = workloads.monitoring_crds(self._before_nodes)
        self.autoscaler = self._autoscaler() if plan.settings.has_karpenter else None
        self.cluster_autoscaler = self._cluster_autoscaler()
        self.image_registry = workloads.image_registry()
        system = (self.system_nodes, self._system_addons)
        self.mpi_operator = workloads.mpi_operator(system)
        self.nccl_test = workloads.nccl_test(self._before_jobs())
        self.monitoring = workloads.monitoring((*self._monitoring_crds, *system), self.nccl_test)
        self.register_outputs({"clusterName": self.cluster.name})

    def _control_plane(self) -> None:
        settings, context = self.plan.settings, self._context
        keys = EncryptionKeys(
            f"{self._name}-keys",
            EncryptionKeysArgs(context=context, secrets_key_arn=settings.cluster.kms_key_arn),
            self._options,
        )
        self.network = Network(
            f"{self._name}-network",
            NetworkArgs(
                context=context,
                settings=settings.network,
                subnets=self.plan.subnets,
                logs_key_arn=keys.logs_key_arn,
            ),
            self._options,
        )
        self.efa_security_group = EfaSecurityGroup(
            f"{self._name}-efa",
            EfaSecurityGroupArgs(context=context, vpc_id=self.network.vpc_id),
            self._options,
        )
        self.cluster = Cluster(
            f"{self._name}-cluster",
            ClusterArgs(
                context=context,
                settings=settings.cluster,
                vpc_id=self.network.vpc_id,
                private_subnet_ids=[self.network.private_subnet_ids[zone] for zone in self.plan.zones],
                secrets_key_arn=keys.secrets_key_arn,
                logs_key_arn=keys.logs_key_arn,
            ),
            self._options,
        )

    def _system(self) -> None:
        context, cluster = self._context, self.cluster
        self.node_role = NodeRole(
            f"{self._name}-node",
            NodeRoleArgs(context=context, cluster_name=cluster.name),
            self._options,
        )
        addons = partial(
            AddonsArgs,
            context=context,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            versions=self.plan.addon_versions,
            network_policies=self.plan.settings.cluster.network_policies,
        )
        node_addons = NodeAddons(f"{self._name}-node-addons", addons(), self._options)
        self._before_nodes = (self.network, self.efa_security_group, self.node_role, node_addons)
        self.system_nodes = SystemNodeGroup(
            f"{self._name}-system",
            SystemNodeGroupArgs(
                context=context,
                settings=self.plan.settings.system_nodes,
                ami_type=self.plan.system_ami_type,
                cluster_name=cluster.name,
                cluster_security_group_id=cluster.security_group_id,
                node_role_arn=self.node_role.arn,
                subnet_ids=[self.network.private_subnet_ids[zone] for zone in self.plan.zones],
                after=self._before_nodes,
            ),
            self._options,
        )
        self._system_addons = SystemAddons(
            f"{self._name}-system-addons", addons(after=(self.system_nodes,)), self._options
        )

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
                security_group_ids=(cluster.security_group_id, self.efa_security_group.security_group_id),
                after=self._before_nodes,
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
                efa_security_group=self.efa_security_group,
                cluster=self.cluster,
                node_role=self.node_role,
                after=(
                    *self._before_nodes,
                    self.system_nodes,
                    self._system_addons,
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
            after=(self.system_nodes, self._system_addons, *self.node_groups.values()),
        )
        return ClusterAutoscaler(f"{self._name}-cluster-autoscaler", args, self._options)

    def _before_jobs(self) -> Iterator[pulumi.Resource]:
        """What a job needs, and outlives it: its operator, the devices, and whoever brings nodes."""
        yield from (part for part in (self.mpi_operator, self.autoscaler) if part)
        yield self.device_plugins
        yield from self.node_groups.values()
