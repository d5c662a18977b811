"""What marks what is a team's in the cluster of its platform, so that all who look for it find it."""

TEAM_LABEL = "eks-efa/team"
"""On a team's namespace and nodes, and the key of the taint on its nodes; the value is the team's name. In
AWS it is a tag, by which costs are told apart."""

GROUP_PREFIX = "eks-efa:"
"""Of the Kubernetes group that a team's role belongs to. EKS refuses system:, eks:, aws:, amazon: and iam:
(https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)."""

KEPT_NAMESPACES = frozenset(
    {"default", "eks-efa-scale", "karpenter", "monitoring", "mpi-operator", "nccl-test"}
)
"""Namespaces of the cluster and of its platform, beside those that begin with `kube-`."""


def group_of(team: str) -> str:
    """The Kubernetes group of a team's members."""
    return f"{GROUP_PREFIX}{team}"
