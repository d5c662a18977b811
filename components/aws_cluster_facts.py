"""Facts of EKS clusters that somebody else made, looked up by Pulumi."""

from collections.abc import Mapping

import pulumi_aws as aws

from components.aws_lookups import ask, unless_absent
from settings.cluster_facts import AddonFacts, ClusterFacts, NodeGroupFacts, SecurityGroupFacts


class PulumiClusterFacts:
    """`settings.cluster_facts.ExistingClusterFacts`."""

    def __init__(self) -> None:
        """Ask nothing yet."""
        self._clusters: dict[str, ClusterFacts | None] = {}

    def cluster(self, name: str) -> ClusterFacts | None:
        """The cluster, or None."""
        if name not in self._clusters:
            found = unless_absent(lambda: aws.eks.get_cluster(name=name))
            self._clusters[name] = _cluster(found) if found else None
        return self._clusters[name]

    def access_entry_tags(self, cluster: str, principal_arn: str) -> Mapping[str, str] | None:
        """Tags of the principal's access entry, or None."""
        found = unless_absent(
            lambda: aws.eks.get_access_entry(cluster_name=cluster, principal_arn=principal_arn)
        )
        return found.tags if found else None

    def addon(self, cluster: str, name: str) -> AddonFacts | None:
        """An addon of the cluster, or None."""
        found = unless_absent(lambda: aws.eks.get_addon(cluster_name=cluster, addon_name=name))
        if found is None:
            return None
        has_role = bool(found.service_account_role_arn or found.pod_identity_associations)
        return AddonFacts(found.addon_version, found.configuration_values, has_role)

    def node_group_names(self, cluster: str) -> tuple[str, ...]:
        """Every managed node group of the cluster."""
        return tuple(sorted(ask(lambda: aws.eks.get_node_groups(cluster_name=cluster)).names))

    def node_group(self, cluster: str, name: str) -> NodeGroupFacts | None:
        """A managed node group of the cluster, or None."""
        found = unless_absent(lambda: aws.eks.get_node_group(cluster_name=cluster, node_group_name=name))
        if found is None:
            return None
        return NodeGroupFacts(
            status=found.status,
            desired_nodes=sum(each.desired_size for each in found.scaling_configs),
            launch_template_id=next((each.id for each in found.launch_templates), None),
            instance_types=tuple(found.instance_types),
            taint_keys=tuple(each.key for each in found.taints),
            tags=found.tags,
            ami_type=found.ami_type,
        )

    def security_group(self, group_id: str) -> SecurityGroupFacts | None:
        """The security group, or None."""
        found = unless_absent(lambda: aws.ec2.get_security_group(id=group_id))
        return SecurityGroupFacts(found.vpc_id, found.tags) if found else None

    def launch_template_security_groups(self, template_id: str) -> tuple[str, ...]:
        """Ids of the security groups that its newest version names, of instances or of interfaces."""
        found = ask(lambda: aws.ec2.get_launch_template(id=template_id))
        of_interfaces = (group for each in found.network_interfaces for group in each.security_groups)
        return tuple(dict.fromkeys([*found.vpc_security_group_ids, *of_interfaces]))

    def is_public_subnet(self, subnet_id: str, vpc_id: str) -> bool:
        """Whether a route leads to an internet gateway. A subnet that is associated with no route table goes
        by the main one of its VPC (VPC user guide, subnet route tables)."""
        table = unless_absent(lambda: aws.ec2.get_route_table(subnet_id=subnet_id))
        if table is None:
            is_main = aws.ec2.GetRouteTableFilterArgs(name="association.main", values=["true"])
            table = ask(lambda: aws.ec2.get_route_table(vpc_id=vpc_id, filters=[is_main]))
        return any(route.gateway_id.startswith("igw-") for route in table.routes)


def _cluster(found: aws.eks.GetClusterResult) -> ClusterFacts:
    """What the checks and the components want of the provider's answer, which has lists for single things."""
    (network,) = found.kubernetes_network_configs
    return ClusterFacts(
        name=found.name,
        arn=found.arn,
        status=found.status,
        version=found.version,
        endpoint=found.endpoint,
        certificate_authority="".join(each.data for each in found.certificate_authorities),
        oidc_issuer="".join(oidc.issuer for identity in found.identities for oidc in identity.oidcs),
        vpc_id=found.vpc_config.vpc_id,
        subnet_ids=tuple(found.vpc_config.subnet_ids),
        security_group_id=found.vpc_config.cluster_security_group_id,
        service_cidr=network.service_ipv4_cidr or "",
        ip_family=network.ip_family,
        # A cluster from before there were access entries says nothing of them.
        authentication_mode="".join(each.authentication_mode for each in found.access_configs)
        or "CONFIG_MAP",
    )
