"""A cluster that somebody else made. It is no resource here, so it cannot be changed or deleted."""

from dataclasses import dataclass

import pulumi

from components.kubernetes_cluster import KubernetesCluster
from components.kubernetes_provider import cluster_provider
from knowledge.kubeconfig import token_kubeconfig
from settings.cluster_facts import ClusterFacts


@dataclass(frozen=True)
class ExistingClusterArgs:
    """The cluster as it was looked up."""

    facts: ClusterFacts
    region: str


class ExistingCluster(KubernetesCluster):
    """The cluster and the way into it."""

    def __init__(
        self, name: str, args: ExistingClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Take what is known, and make a provider of it."""
        super().__init__("eks-efa:cluster:ExistingCluster", name, None, opts)
        facts = args.facts
        self.name = pulumi.Output.from_input(facts.name)
        self.arn = pulumi.Output.from_input(facts.arn)
        self.endpoint = pulumi.Output.from_input(facts.endpoint)
        self.certificate_authority = pulumi.Output.from_input(facts.certificate_authority)
        self.security_group_id = pulumi.Output.from_input(facts.security_group_id)
        self.oidc_issuer = pulumi.Output.from_input(facts.oidc_issuer.removeprefix("https://"))
        kubeconfig = token_kubeconfig(
            cluster=facts.name,
            endpoint=facts.endpoint,
            certificate_authority=facts.certificate_authority,
            region=args.region,
        )
        self.kubeconfig = pulumi.Output.secret(kubeconfig)
        self.kubernetes_provider = cluster_provider(
            f"{name}-kubernetes", self.kubeconfig, pulumi.ResourceOptions(parent=self)
        )
        self.register_outputs(
            {"name": self.name, "endpoint": self.endpoint, "securityGroupId": self.security_group_id}
        )
