"""The rights of the VPC CNI: without them it hands out no address, and its node never becomes Ready.

It takes a role of its own where it has one: that of the addon (IRSA), or one by a pod identity association of
its service account, where the agent is there to hand out the credentials. Otherwise it takes the node's
(https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html). A cluster without the addon is taken to
have the CNI that EKS puts into every new cluster. What counts is AWS's own policy: the sandbox reads no other
for what it allows.
"""

from typing import TYPE_CHECKING

from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.ec2.instances import LaunchedInstance
    from sandbox.aws.eks.clusters import Cluster

POLICY = "AmazonEKS_CNI_Policy"
SERVICE_ACCOUNT = ("kube-system", "aws-node")
AGENT = "eks-pod-identity-agent"


def has_rights(world: World, cluster_name: str | None, node_role: str | None) -> bool:
    """Whether the CNI may do its work on nodes of a role, by its ARN, in a cluster."""
    cluster = world.clusters.get(cluster_name or "")
    role = (_own_role(cluster) if cluster else None) or node_role
    return role is not None and _has_policy(world, role)


def role_of(world: World, instance: "LaunchedInstance") -> str | None:
    """ARN of the role that an instance has by its instance profile, or by its managed node group."""
    tags = instance.launch_tags
    cluster = world.clusters.get(tags.get("eks:cluster-name", ""))
    group = cluster.node_groups.get(tags.get("eks:nodegroup-name", "")) if cluster else None
    if group is not None:
        return group.node_role
    wanted = instance.launch.profile
    profiles = (each for each in world.iam.instance_profiles.values() if wanted and each.arn == wanted.arn)
    return next((str(role.arn) for profile in profiles for role in profile.roles), None)


def _own_role(cluster: "Cluster") -> str | None:
    addon = cluster.addons.get("vpc-cni")
    if addon and addon.role_arn:
        return addon.role_arn
    associated = (
        each.role_arn
        for each in cluster.pod_identities.values()
        if (each.namespace, each.service_account) == SERVICE_ACCOUNT
    )
    return next(associated, None) if AGENT in cluster.addons else None


def _has_policy(world: World, arn: str) -> bool:
    found = next((role for role in world.iam.roles.values() if role.arn == arn), None)
    return found is not None and any(
        attached.rpartition("/")[2] == POLICY for attached in found.managed_policies
    )
