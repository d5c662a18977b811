"""Looks up a cluster that a stack adopts, and fills in what the stack leaves out of it."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from settings.cluster_facts import AddonFacts, ClusterFacts, NodeGroupFacts, SecurityGroupFacts
from settings.facts import AwsFacts
from settings.reading import Reading

FEWEST_ZONES = 2
"""As many as `network.existing` takes at the least."""


@dataclass(frozen=True)
class Adopted:
    """A cluster that exists, with what of it the stack touches or rests on."""

    cluster: ClusterFacts
    vpc_cni: AddonFacts | None
    """None where it is not one of EKS' addons."""
    has_pod_identity_agent: bool
    has_ebs_csi_driver: bool
    """Whether EKS manages one; somebody may have installed it by hand."""
    node_group_names: tuple[str, ...]
    node_groups: Mapping[str, NodeGroupFacts]
    """Those of them that the settings name."""
    node_security_group_ids: tuple[str, ...]
    """Those that the system nodes carry by their launch template, but for the cluster's own."""
    security_groups: Mapping[str, SecurityGroupFacts | None]
    """The cluster's, the nodes' and those that the settings name, by id; None for an id that no group has."""
    private_subnets: Mapping[str, tuple[str, ...]]
    """By zone: those of the cluster's subnets from which no route leads to an internet gateway."""

    @property
    def enforces_network_policies(self) -> bool:
        """Whether the VPC CNI has been told to.

        https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
        """
        configuration = json.loads(self.vpc_cni.configuration or "{}") if self.vpc_cni else {}
        return str(configuration.get("enableNetworkPolicy", "false")).lower() == "true"


def look_up(reading: Reading, facts: AwsFacts) -> Adopted | None:
    """The cluster that the settings adopt; None where they adopt none, or there is none of that name."""
    settings = reading.cluster
    cluster = facts.cluster(settings.name) if settings and settings.existing else None
    if cluster is None or not settings or not settings.existing:
        return None
    names = facts.node_group_names(cluster.name)
    named = {settings.existing.system_node_group, *(name for _, name in reading.pool_names)}
    found = {name: facts.node_group(cluster.name, name) for name in names if name in named}
    nodes = _node_security_groups(cluster, found.get(settings.existing.system_node_group), facts)
    groups = {cluster.security_group_id, *nodes, *settings.existing.node_security_group_ids}
    return Adopted(
        cluster=cluster,
        vpc_cni=facts.addon(cluster.name, "vpc-cni"),
        has_pod_identity_agent=facts.addon(cluster.name, "eks-pod-identity-agent") is not None,
        has_ebs_csi_driver=facts.addon(cluster.name, "aws-ebs-csi-driver") is not None,
        node_group_names=names,
        node_groups={name: group for name, group in found.items() if group},
        node_security_group_ids=nodes,
        security_groups={id_: facts.security_group(id_) for id_ in sorted(groups)},
        private_subnets=_private_subnets(cluster, facts),
    )


def completed(raw: Mapping[str, object], adopted: Adopted) -> dict[str, object]:
    """Raw settings with what they leave out of the cluster that they adopt.

    Subnets are filled in where there is no choice: the cluster has one private subnet a zone, in two zones or
    more.
    """
    cluster = adopted.cluster
    looked_up: dict[str, object] = {
        "version": cluster.version,
        "networkPolicies": adopted.enforces_network_policies,
    }
    if cluster.service_cidr:
        looked_up["serviceCidr"] = cluster.service_cidr
    given, network = _map(raw.get("cluster")), _map(raw.get("network"))
    of_nodes = {"nodeSecurityGroupIds": list(adopted.node_security_group_ids)}
    existing = of_nodes | _map(given.get("existing"))
    subnets = {zone: ids[0] for zone, ids in adopted.private_subnets.items() if len(ids) == 1}
    has_choice = len(subnets) < len(adopted.private_subnets)
    if network.get("existing") is None and not has_choice and len(subnets) >= FEWEST_ZONES:
        network["existing"] = {"vpcId": cluster.vpc_id, "privateSubnetIds": subnets}
    return {**raw, "cluster": looked_up | given | {"existing": existing}, "network": network}


def _node_security_groups(
    cluster: ClusterFacts, system_nodes: NodeGroupFacts | None, facts: AwsFacts
) -> tuple[str, ...]:
    template_id = system_nodes.launch_template_id if system_nodes else None
    groups = facts.launch_template_security_groups(template_id) if template_id else ()
    return tuple(group for group in groups if group != cluster.security_group_id)


def _private_subnets(cluster: ClusterFacts, facts: AwsFacts) -> Mapping[str, tuple[str, ...]]:
    by_zone: dict[str, list[str]] = defaultdict(list)
    for subnet_id in sorted(cluster.subnet_ids):
        subnet = facts.subnet(subnet_id)
        if subnet and not facts.is_public_subnet(subnet_id, cluster.vpc_id):
            by_zone[subnet.zone].append(subnet_id)
    return {zone: tuple(ids) for zone, ids in sorted(by_zone.items())}


def _map(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
