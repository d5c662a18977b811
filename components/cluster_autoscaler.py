"""Cluster Autoscaler: for stacks that come from it, and on the way to Karpenter (docs/migration.md)."""

from dataclasses import dataclass

import pulumi

from components.chart import Chart
from components.cluster_autoscaler_role import ClusterAutoscalerRole, ClusterAutoscalerRoleArgs
from components.cluster_autoscaler_values import cluster_autoscaler_values
from components.kubernetes_cluster import KubernetesCluster
from components.stack_plan import StackPlan
from knowledge.cluster_autoscaler import NAME, NAMESPACE

CHARTS = "https://kubernetes.github.io/autoscaler"


@dataclass(frozen=True)
class ClusterAutoscalerArgs:
    """The plan, and the cluster whose node groups are sized."""

    plan: StackPlan
    cluster: KubernetesCluster
    after: tuple[pulumi.Resource, ...]
    """System nodes for its pod, cluster DNS, and the groups, which it must not size while they are made."""


class ClusterAutoscaler(pulumi.ComponentResource):
    """The role and the release."""

    def __init__(
        self, name: str, args: ClusterAutoscalerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the role, then the release."""
        super().__init__("eks-efa:autoscaler:ClusterAutoscaler", name, None, opts)
        settings, context, cluster = args.plan.settings, args.plan.context, args.cluster
        role = ClusterAutoscalerRole(
            f"{name}-controller",
            ClusterAutoscalerRoleArgs(context=context, cluster_name=cluster.name, cluster_arn=cluster.arn),
            pulumi.ResourceOptions(parent=self),
        )
        chosen, kubernetes_version = settings.cluster_autoscaler, settings.cluster.version
        Chart(CHARTS, "cluster-autoscaler", chosen.chart_version).release(
            f"{name}-chart",
            name=NAME,
            namespace=NAMESPACE,
            values=cluster_autoscaler_values(
                settings.autoscaler,
                release=chosen.release(kubernetes_version),
                region=context.region,
                cluster_name=cluster.name,
            ),
            opts=pulumi.ResourceOptions(
                parent=self, provider=cluster.kubernetes_provider, depends_on=[role, *args.after]
            ),
        )
        self.register_outputs({})
