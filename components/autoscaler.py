"""Everything of Karpenter: what it hears by, what it may do, the controller, and its provisioners."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.cluster import Cluster
from components.efa_security_group import EfaSecurityGroup
from components.interruption_queue import InterruptionQueue, InterruptionQueueArgs
from components.karpenter import Karpenter, KarpenterArgs
from components.karpenter_role import KarpenterRole, KarpenterRoleArgs
from components.network import Network
from components.node_role import NodeRole
from components.provisioner import Provisioner, ProvisionerArgs
from components.stack_plan import ProvisionerPlan, StackPlan


@dataclass(frozen=True)
class AutoscalerArgs:
    """The plan, and the parts of the cluster that Karpenter works in."""

    plan: StackPlan
    network: Network
    efa_security_group: EfaSecurityGroup
    cluster: Cluster
    node_role: NodeRole
    after: tuple[pulumi.Resource, ...]
    """Nodes for the controller, cluster DNS, and what Karpenter's own nodes need until they are gone."""


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
        context, cluster = args.plan.context, args.cluster
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
        self._kubernetes = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=cluster.kubeconfig,
            # A cluster that is gone takes along what was in it: destroy then forgets that and does not ask.
            delete_unreachable=True,
            opts=self._options,
        )
        self.karpenter = Karpenter(
            f"{name}-chart",
            KarpenterArgs(
                settings=args.plan.settings.karpenter,
                kubernetes_provider=self._kubernetes,
                cluster_name=cluster.name,
                cluster_endpoint=cluster.endpoint,
                queue_name=self.queue.name,
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
                context=args.plan.context,
                settings=plan.settings,
                instance_types=plan.instance_types,
                zone=plan.zone,
                interfaces=plan.interfaces[0] if plan.settings.efa == "static" else None,
                kubernetes_provider=self._kubernetes,
                node_role_name=args.node_role.name,
                subnet_id=args.network.private_subnet_ids[plan.zone],
                security_group_ids=(
                    args.cluster.security_group_id,
                    args.efa_security_group.security_group_id,
                ),
                after=(self.karpenter,),
            ),
            self._options,
        )
