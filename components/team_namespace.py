"""A team's namespace: how much its pods may request, and whom they may talk to."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, STACK_TAG
from knowledge.team import TEAM_LABEL
from settings.team import TeamSettings

DNS_PORT = 53


@dataclass(frozen=True)
class TeamNamespaceArgs:
    """Whose it is."""

    team: TeamSettings
    stack: str
    """The stack that has it; no other takes it over."""
    kubernetes_provider: kubernetes.Provider
    after: tuple[pulumi.Resource, ...]
    """What guards its pods, and its nodes, which on destroy the pods leave first."""


class TeamNamespace(pulumi.ComponentResource):
    """The namespace with its quota, its defaults and its network policies."""

    def __init__(
        self, name: str, args: TeamNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the namespace, then what limits it."""
        super().__init__("eks-efa:team:Namespace", name, None, opts)
        team = args.team
        self._namespace = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata={
                "name": team.home,
                "labels": {
                    TEAM_LABEL: team.name,
                    STACK_TAG: args.stack,
                    "pod-security.kubernetes.io/enforce": team.pod_security,
                },
            },
            opts=self._options(args, *args.after),
        )
        inside = self._options(args, self._namespace)
        kubernetes.core.v1.ResourceQuota(
            f"{name}-quota",
            metadata=_metadata(team, "team"),
            spec=kubernetes.core.v1.ResourceQuotaSpecArgs(hard=quota(team)),
            opts=inside,
        )
        defaults = kubernetes.core.v1.LimitRangeItemArgs(
            type="Container", default_request=default_requests(team)
        )
        kubernetes.core.v1.LimitRange(
            f"{name}-defaults",
            metadata=_metadata(team, "team"),
            spec=kubernetes.core.v1.LimitRangeSpecArgs(limits=[defaults]),
            opts=inside,
        )
        for policy, spec in network_policies(team).items():
            kubernetes.networking.v1.NetworkPolicy(
                f"{name}-{policy}", metadata=_metadata(team, policy), spec=spec, opts=inside
            )
        self.register_outputs({"namespace": team.home})

    def _options(self, args: TeamNamespaceArgs, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self, provider=args.kubernetes_provider, depends_on=list(depends_on)
        )


def _metadata(team: TeamSettings, name: str) -> kubernetes.meta.v1.ObjectMetaArgs:
    return kubernetes.meta.v1.ObjectMetaArgs(name=name, namespace=team.home, labels={TEAM_LABEL: team.name})


def quota(team: TeamSettings) -> dict[str, str]:
    """What all pods that have not ended may request, and what else the team may have, by resource, as text
    like the API server's own."""
    counted = {
        f"requests.{GPU_RESOURCE}": team.quota.gpus,
        f"requests.{EFA_RESOURCE}": team.quota.efa_interfaces,
        "requests.cpu": team.quota.cpu,
        "requests.memory": team.quota.memory,
        "pods": team.quota.pods,
        "services.loadbalancers": team.quota.load_balancers,
        "services.nodeports": team.quota.node_ports,
        "requests.storage": team.quota.storage,
    }
    return {resource: str(most) for resource, most in counted.items() if most is not None}


def default_requests(team: TeamSettings) -> dict[str, str]:
    """What a container requests that says nothing. There is no default limit: it would make invalid whatever
    requests more and names no limit."""
    return {"cpu": team.defaults.cpu, "memory": team.defaults.memory}


def network_policies(team: TeamSettings) -> dict[str, Any]:
    """Their specs by name: nothing goes in or out but DNS, whatever the pods of the namespace say to each
    other, and calls to the ranges in the settings. EFA is no part of it: its packets pass by the kernel, and
    the security group alone bounds them."""
    everywhere: dict[str, Any] = {}
    dns = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    dns_ports = [{"protocol": protocol, "port": DNS_PORT} for protocol in ("UDP", "TCP")]
    each_other = [{"podSelector": everywhere}]
    policies: dict[str, Any] = {
        "deny-by-default": {"policyTypes": ["Ingress", "Egress"]},
        "dns": {"policyTypes": ["Egress"], "egress": [{"to": [dns], "ports": dns_ports}]},
        "between-pods-of-the-team": {
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": each_other}],
            "egress": [{"to": each_other}],
        },
    }
    if team.egress_cidrs:
        blocks = [{"ipBlock": {"cidr": cidr}} for cidr in team.egress_cidrs]
        policies["egress"] = {"policyTypes": ["Egress"], "egress": [{"to": blocks}]}
    return {name: {"podSelector": everywhere, **spec} for name, spec in policies.items()}
