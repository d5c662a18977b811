"""Everything of Karpenter: what it hears by, what it may do, the controller, and its provisioners."""

from dataclasses import dataclass

import pulumi

from components.interruption_queue import InterruptionQueue, InterruptionQueueArgs
from components.karpenter import Karpenter, KarpenterArgs
from components.karpenter_role import KarpenterRole, KarpenterRoleArgs
from components.kubernetes_cluster import KubernetesCluster
from components.network import Network
from components.node_role import NodeRole
from components.provisioner import Provisioner, ProvisionerArgs
from components.stack_plan import ProvisionerPlan, StackPlan


@dataclass(frozen=True)
class AutoscalerArgs:
    """The plan, and the parts of the cluster that Karpenter works in."""

    plan: StackPlan
    network: Network
    security_group_ids: tuple[pulumi.Input[str], ...]
    """Of its nodes."""
    cluster: KubernetesCluster
    node_role: NodeRole
    after: tuple[pulumi.Resource, ...]
    """Nodes for the controller, cluster DNS, and what Karpenter's own nodes need until they are gone."""
    before_nodes: tuple[pulumi.Resource, ...] = ()
    """What Karpenter's nodes should find as they join: the device plugins."""


class Autoscaler(pulumi.ComponentResource):
    """Karpenter and its provisioners."""

    queue: InterruptionQueue
    role: KarpenterRole
    karpenter: Karpenter
    provisioners: dict[str, Provisioner]
    """By name."""

    def __init__(self, name: str, args: AutoscalerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the queue and the role, then the releases, then what is made of their kinds."""
        super().__init__("eks-efa:karpenter:Autoscaler", name, None, opts)
        self._name, self._args = name, args
        self._options = pulumi.ResourceOptions(parent=self)
        context, settings, cluster = args.plan.context, args.plan.settings, args.cluster
        self.queue = InterruptionQueue(f"{name}-queue", InterruptionQueueArgs(context=context), self._options)
        self.role = KarpenterRole(
            f"{name}-controller",
            KarpenterRoleArgs(
                context=context,
                cluster_name=cluster.name,
                cluster_arn=cluster.arn,
                node_role_arn=args.node_role.arn,
                queue_arn=self.queue.arn,
            ),
            self._options,
        )
        self.karpenter = Karpenter(
            f"{name}-chart",
            KarpenterArgs(
                settings=settings.karpenter,
                kubernetes_provider=cluster.kubernetes_provider,
                cluster_name=cluster.name,
                cluster_endpoint=cluster.endpoint,
                queue_name=self.queue.name,
                region=args.plan.context.region,
                service_monitor=settings.karpenter.service_monitor or settings.monitoring.enabled,
                system_nodes=settings.system_node_labels,
                after=(*args.after, self.role, self.queue),
            ),
            self._options,
        )
        self.provisioners = {each.settings.name: self._provisioner(each) for each in args.plan.provisioners}
        self.register_outputs({"queueName": self.queue.name, "roleArn": self.role.arn})

    def _provisioner(self, plan: ProvisionerPlan) -> Provisioner:
        args = self._args
        return Provisioner(
            f"{self._name}-{plan.settings.name}",
            ProvisionerArgs(
                cluster_name=args.plan.context.cluster_name,
                tags=args.plan.context.tags,
                settings=plan.settings,
                instance_types=plan.instance_types,
                zone=plan.zone,
                interfaces=plan.interfaces[0] if plan.settings.efa == "static" else None,
                kubernetes_provider=args.cluster.kubernetes_provider,
                node_role_name=args.node_role.name,
                subnet_id=args.network.private_subnet_ids[plan.zone],
                security_group_ids=args.security_group_ids,
                after=(self.karpenter, *args.before_nodes),
            ),
            self._options,
        )
