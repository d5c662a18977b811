"""Karpenter: the CRDs as a release of their own, then the controller.

Two charts of one version. Helm neither upgrades nor removes what lies in a chart's `crds/` folder, so the
CRDs come from `karpenter-crd`, first, and the main chart leaves its own copies alone; the other way round
helm refuses to adopt them ("invalid ownership metadata").
"""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.karpenter_role import KARPENTER_NAMESPACE, KARPENTER_SERVICE_ACCOUNT
from components.karpenter_values import karpenter_values
from knowledge.system_nodes import Labels
from settings.karpenter import KarpenterSettings

CHARTS = "oci://public.ecr.aws/karpenter"


@dataclass(frozen=True)
class KarpenterArgs:
    """The release's settings, and what the controller must be told of its cluster."""

    settings: KarpenterSettings
    kubernetes_provider: kubernetes.Provider
    cluster_name: pulumi.Input[str]
    cluster_endpoint: pulumi.Input[str]
    queue_name: pulumi.Input[str]
    region: str
    service_monitor: bool
    """Whether Prometheus shall find the controller. The kind must exist."""
    system_nodes: Labels
    """Of the nodes that the controller runs on."""
    after: tuple[pulumi.Resource, ...]
    """System nodes, cluster DNS, the controller's rights and its queue: with all of it there at the first
    start, the pods are never restarted; on destroy it stays until the controller has drained its last
    node."""


class Karpenter(pulumi.ComponentResource):
    """The two releases. What depends on this component depends on both."""

    def __init__(self, name: str, args: KarpenterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the CRDs, then the controller."""
        super().__init__("eks-efa:karpenter:Karpenter", name, None, opts)
        crds = kubernetes.helm.v3.Release(
            f"{name}-crd",
            name="karpenter-crd",
            chart=f"{CHARTS}/karpenter-crd",
            version=args.settings.version,
            namespace=KARPENTER_NAMESPACE,
            opts=self._options(args, *args.after),
        )
        kubernetes.helm.v3.Release(
            f"{name}-controller",
            name="karpenter",
            chart=f"{CHARTS}/karpenter",
            version=args.settings.version,
            namespace=KARPENTER_NAMESPACE,
            skip_crds=True,
            values=karpenter_values(
                args.settings,
                service_account=KARPENTER_SERVICE_ACCOUNT,
                cluster_name=args.cluster_name,
                cluster_endpoint=args.cluster_endpoint,
                interruption_queue=args.queue_name,
                region=args.region,
                service_monitor=args.service_monitor,
                system_nodes=args.system_nodes,
            ),
            opts=self._options(args, crds, *args.after),
        )
        self.register_outputs({})

    def _options(self, args: KarpenterArgs, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self, provider=args.kubernetes_provider, depends_on=list(depends_on)
        )
