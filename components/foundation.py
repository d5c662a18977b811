"""What stands before the first GPU node: the network, the cluster, and the nodes that run its own pods.

Either all of it is made, or it is somebody else's and only what our nodes need is added. What is built on it
need not know which of the two it was.
"""

from dataclasses import dataclass
from functools import partial

import pulumi

from components.addons import AddonsArgs, NodeAddons, SystemAddons
from components.cluster import Cluster, ClusterArgs
from components.discovery_tags import DiscoveryTags, DiscoveryTagsArgs
from components.efa_security_group import EfaSecurityGroup, EfaSecurityGroupArgs
from components.encryption_keys import EncryptionKeys, EncryptionKeysArgs
from components.existing_cluster import ExistingCluster, ExistingClusterArgs
from components.kubernetes_cluster import KubernetesCluster
from components.network import Network, NetworkArgs, NewNetwork
from components.node_role import NodeRole, NodeRoleArgs
from components.stack_plan import CLUSTER_GROUP, ExistingClusterPlan, NewClusterPlan, StackPlan
from components.system_node_group import SystemNodeGroup, SystemNodeGroupArgs


@dataclass(frozen=True)
class Foundation:
    """What everything else is built on."""

    network: Network
    efa_security_group: EfaSecurityGroup
    cluster: KubernetesCluster
    node_role: NodeRole
    node_security_group_ids: tuple[pulumi.Input[str], ...]
    """On every interface of GPU nodes: the cluster's group first, EFA's second."""
    system_nodes: SystemNodeGroup | None
    """None where the nodes for that are somebody else's."""
    before_nodes: tuple[pulumi.Resource, ...]
    """What nodes need, from their first second until they are gone."""
    system: tuple[pulumi.Resource, ...]
    """What pods on system nodes need."""


def new_foundation(
    name: str, plan: StackPlan, cluster: NewClusterPlan, options: pulumi.ResourceOptions
) -> Foundation:
    """Make all of it."""
    settings, context = plan.settings, plan.context
    keys = EncryptionKeys(
        f"{name}-keys",
        EncryptionKeysArgs(context=context, secrets_key_arn=settings.cluster.kms_key_arn),
        options,
    )
    network = Network(
        f"{name}-network",
        NetworkArgs(
            context=context,
            settings=settings.network,
            new=NewNetwork(cluster.subnets, keys.logs_key_arn) if cluster.subnets else None,
        ),
        options,
    )
    efa_security_group = EfaSecurityGroup(
        f"{name}-efa", EfaSecurityGroupArgs(context=context, vpc_id=network.vpc_id), options
    )
    subnet_ids = [network.private_subnet_ids[zone] for zone in plan.zones]
    made = Cluster(
        f"{name}-cluster",
        ClusterArgs(
            context=context,
            settings=settings.cluster,
            admin_role_arns=cluster.admin_role_arns,
            vpc_id=network.vpc_id,
            private_subnet_ids=subnet_ids,
            secrets_key_arn=keys.secrets_key_arn,
            logs_key_arn=keys.logs_key_arn,
        ),
        options,
    )
    node_role = NodeRole(f"{name}-node", NodeRoleArgs(context=context, cluster_name=made.name), options)
    addons = partial(
        AddonsArgs,
        context=context,
        cluster_name=made.name,
        cluster_arn=made.arn,
        versions=cluster.addon_versions,
        network_policies=settings.cluster.network_policies,
    )
    node_addons = NodeAddons(f"{name}-node-addons", addons(), options)
    before_nodes = (network, efa_security_group, node_role, node_addons)
    system_nodes = SystemNodeGroup(
        f"{name}-system",
        SystemNodeGroupArgs(
            context=context,
            settings=settings.system_nodes,
            ami_type=cluster.system_ami_type,
            cluster_name=made.name,
            cluster_security_group_id=made.security_group_id,
            node_role_arn=node_role.arn,
            subnet_ids=subnet_ids,
            after=before_nodes,
        ),
        options,
    )
    system_addons = SystemAddons(f"{name}-system-addons", addons(after=(system_nodes,)), options)
    return Foundation(
        network=network,
        efa_security_group=efa_security_group,
        cluster=made,
        node_role=node_role,
        node_security_group_ids=(made.security_group_id, efa_security_group.security_group_id),
        system_nodes=system_nodes,
        before_nodes=before_nodes,
        system=(system_nodes, system_addons),
    )


def existing_foundation(
    name: str, plan: StackPlan, cluster: ExistingClusterPlan, options: pulumi.ResourceOptions
) -> Foundation:
    """Add what our own nodes need to a cluster that is there with all the rest."""
    context, facts, existing = plan.context, cluster.facts, plan.settings.network.existing
    network = Network(
        f"{name}-network",
        NetworkArgs(context=context, settings=plan.settings.network, new=None),
        options,
    )
    efa_security_group = EfaSecurityGroup(
        f"{name}-efa", EfaSecurityGroupArgs(context=context, vpc_id=network.vpc_id), options
    )
    adopted = ExistingCluster(
        f"{name}-cluster", ExistingClusterArgs(facts=facts, region=context.region), options
    )
    tagged = {CLUSTER_GROUP: facts.security_group_id, **(existing.private_subnet_ids if existing else {})}
    DiscoveryTags(
        f"{name}-discovery",
        DiscoveryTagsArgs(resource_ids=tagged, tags=cluster.discovery_tags),
        options,
    )
    node_role = NodeRole(
        f"{name}-node",
        NodeRoleArgs(
            context=context, cluster_name=adopted.name, with_vpc_cni=cluster.vpc_cni_goes_by_node_role
        ),
        options,
    )
    return Foundation(
        network=network,
        efa_security_group=efa_security_group,
        cluster=adopted,
        node_role=node_role,
        node_security_group_ids=(
            adopted.security_group_id,
            efa_security_group.security_group_id,
            *plan.settings.further_security_group_ids,
        ),
        system_nodes=None,
        before_nodes=(network, efa_security_group, node_role),
        system=(),
    )
