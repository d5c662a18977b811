"""Access entries in the place of `aws-auth`: what EKS would have to be told for each mapping.

EKS has entries of a type of their own for nodes, and refuses names that it keeps for itself (EKS user guide,
creating-access-entries).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from shlex import join

from knowledge.aws_auth import NODE_GROUPS, RoleMapping

RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")
"""No group and no username of an entry may begin so."""

MASTERS = "system:masters"
ADMIN_POLICY = "AmazonEKSClusterAdminPolicy"
"""What stands for the group `system:masters`, which no entry can give."""

_NODE_TYPES = {"system:node-proxier": "FARGATE_LINUX", "eks:kube-proxy-windows": "EC2_WINDOWS"}
"""By the group that tells these nodes from Linux ones on EC2."""

_HYBRID_USERNAME = "system:node:{{SessionName}}"
"""Of nodes that are no instances of EC2, in the same groups (EKS user guide, hybrid-nodes-cluster-prep).
Fargate's have it too."""


@dataclass(frozen=True)
class AccessEntry:
    """An access entry, its policy, and the groups that it cannot give."""

    principal_arn: str
    type: str = "STANDARD"
    username: str = ""
    """Empty: EKS's own choice."""
    groups: tuple[str, ...] = ()
    admin: bool = False
    lost_groups: tuple[str, ...] = ()

    def commands(self, cluster: str, region: str) -> list[str]:
        """What to run for it."""
        where = ["--cluster-name", cluster, "--region", region, "--principal-arn", self.principal_arn]
        create = ["aws", "eks", "create-access-entry", *where, "--type", self.type]
        create += ["--username", self.username] if self.username else []
        create += ["--kubernetes-groups", *self.groups] if self.groups else []
        commands = [join(create)]
        if self.admin:
            partition = self.principal_arn.split(":")[1]
            policy = f"arn:{partition}:eks::aws:cluster-access-policy/{ADMIN_POLICY}"
            associate = ["aws", "eks", "associate-access-policy", *where, "--policy-arn", policy]
            commands.append(join([*associate, "--access-scope", "type=cluster"]))
        return commands


def access_entries(mappings: Iterable[RoleMapping]) -> tuple[AccessEntry, ...]:
    """One entry for each mapping. Roles are named without a path, as `aws-auth` has them."""
    return tuple(_entry(mapping) for mapping in mappings)


def _entry(mapping: RoleMapping) -> AccessEntry:
    if set(NODE_GROUPS) <= set(mapping.groups):
        usual = "HYBRID_LINUX" if mapping.username == _HYBRID_USERNAME else "EC2_LINUX"
        special = [kind for group, kind in _NODE_TYPES.items() if group in mapping.groups]
        return AccessEntry(mapping.role_arn, special[0] if special else usual)
    reserved = tuple(group for group in mapping.groups if group.startswith(RESERVED))
    # A template with only a session name in it would be a name of the session's own choosing, which EKS
    # refuses; what EKS chooses of itself has the account, the role and the session in it.
    own_name = not mapping.username.startswith(RESERVED) and "{{" not in mapping.username
    return AccessEntry(
        mapping.role_arn,
        username=mapping.username if own_name else "",
        groups=tuple(group for group in mapping.groups if group not in reserved),
        admin=MASTERS in reserved,
        lost_groups=tuple(group for group in reserved if group != MASTERS),
    )
