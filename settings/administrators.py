"""Who administers a cluster that the program makes: which roles get an access entry, and who has none.

EKS makes whoever creates a cluster its administrator, by an entry of its own: pulumi-eks asks for that and
takes no other answer (bootstrapClusterCreatorAdminPermissions in nodejs/eks/cluster/cluster.ts). It refuses a
second entry for the same role, so one that creates its cluster and is listed must not be given one.

Who that was is told by what is there. Before the cluster it is whoever deploys; afterwards an entry without
our tag is not ours. So it does not matter which of the administrators runs `up` next: each finds the same
entries to be ours.
"""

from knowledge.node_names import STACK_TAG
from settings.arn import is_same_role
from settings.cluster import ClusterSettings
from settings.facts import AwsFacts, FactsError


def roles_to_admit(cluster: ClusterSettings, facts: AwsFacts) -> tuple[str, ...]:
    """Those of the administrators' roles that get an access entry of ours, or have one."""
    roles = cluster.admin_role_arns
    if not roles:
        return ()
    if facts.cluster(cluster.name) is None:
        return tuple(role for role in roles if not is_same_role(role, facts.deployer_arn))
    tags = {role: facts.access_entry_tags(cluster.name, role) for role in roles}
    return tuple(role for role, found in tags.items() if found is None or STACK_TAG in found)


def locked_out(cluster: ClusterSettings, facts: AwsFacts) -> str | None:
    """ARN of whoever deploys, where the cluster is there and has no entry for him, nor is going to have one.

    None too where AWS does not tell: a preview may be run by somebody who is not allowed to ask.
    """
    try:
        if facts.cluster(cluster.name) is None:
            return None
        deployer = facts.deployer_arn
        is_listed = any(is_same_role(role, deployer) for role in cluster.admin_role_arns)
        has_entry = is_listed or facts.access_entry_tags(cluster.name, deployer) is not None
    except FactsError:
        return None
    return None if has_entry else deployer
