"""The kinds of the Prometheus operator, early: a chart makes no ServiceMonitor where the kind is missing.

As with Karpenter's, they are a release of their own, since Helm neither upgrades nor removes what lies in a
chart's `crds/` folder.
"""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.chart import Chart

CHARTS = "https://prometheus-community.github.io/helm-charts"
RELEASE = "prometheus-operator-crds"
RELEASE_NAMESPACE = "kube-system"
"""The sandbox's own minimal kinds name this release as their owner, so that Helm may replace them."""


@dataclass(frozen=True)
class MonitoringCrdsArgs:
    """Which kinds, and when."""

    version: str
    kubernetes_provider: kubernetes.Provider
    after: tuple[pulumi.Resource, ...]
    """What makes the cluster one that can be asked. No node is needed."""


class MonitoringCrds(pulumi.ComponentResource):
    """The release. Whatever makes a ServiceMonitor or a PrometheusRule depends on this component."""

    def __init__(
        self, name: str, args: MonitoringCrdsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the kinds."""
        super().__init__("eks-efa:monitoring:MonitoringCrds", name, None, opts)
        Chart(CHARTS, RELEASE, args.version).release(
            f"{name}-{RELEASE}",
            namespace=RELEASE_NAMESPACE,
            opts=pulumi.ResourceOptions(
                parent=self, provider=args.kubernetes_provider, depends_on=list(args.after)
            ),
        )
        self.register_outputs({})
