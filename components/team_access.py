"""Who of a team comes into the cluster, and what they may do there.

EKS has access policies for a namespace too, but none fits: AmazonEKSEditPolicy knows no MPIJob and lets its
holder rewrite the NetworkPolicies that keep teams apart
(https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html). So the access entry only
says which group the role's people are in, and a Role of ours says what that group may do.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from knowledge.team import TEAM_LABEL, group_of
from settings.team import TeamSettings

ROLE = "team"
"""Name of the Role and of its binding."""

_RBAC = "rbac.authorization.k8s.io"
_USE = ["get", "list", "watch", "create", "update", "patch", "delete"]
_READ = ["get", "list", "watch"]

RULES = tuple(
    kubernetes.rbac.v1.PolicyRuleArgs(api_groups=[group], resources=resources, verbs=verbs)
    for group, resources, verbs in (
        ("kubeflow.org", ["mpijobs"], _USE),
        ("batch", ["jobs", "cronjobs"], _USE),
        ("apps", ["deployments", "statefulsets"], _USE),
        # What `kubectl scale` and `kubectl rollout` go by.
        ("apps", ["deployments/scale", "statefulsets/scale"], ["get", "update", "patch"]),
        ("apps", ["replicasets"], _READ),
        ("", ["pods", "configmaps", "secrets", "services", "persistentvolumeclaims"], _USE),
        ("", ["pods/exec", "pods/portforward"], ["create", "get"]),
        ("", ["pods/log", "events"], _READ),
        # What bounds the team is the stack's: its people see it.
        ("", ["resourcequotas", "limitranges"], _READ),
        ("networking.k8s.io", ["networkpolicies"], _READ),
    )
)
"""What a team needs to run jobs. No DaemonSet, no service account, no right to give rights, and nothing
outside of the namespace."""


@dataclass(frozen=True)
class TeamAccessArgs:
    """Whose access it is."""

    team: TeamSettings
    tags: dict[str, str]
    cluster_name: pulumi.Input[str]
    kubernetes_provider: kubernetes.Provider
    namespace: pulumi.Resource


class TeamAccess(pulumi.ComponentResource):
    """The team's group, what it may do, and the IAM role whose people are in it."""

    def __init__(self, name: str, args: TeamAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the Role and its binding, then the access entry where there is a role of AWS."""
        super().__init__("eks-efa:team:Access", name, None, opts)
        team = args.team
        metadata = kubernetes.meta.v1.ObjectMetaArgs(
            name=ROLE, namespace=team.home, labels={TEAM_LABEL: team.name}
        )
        inside = pulumi.ResourceOptions(
            parent=self, provider=args.kubernetes_provider, depends_on=[args.namespace]
        )
        kubernetes.rbac.v1.Role(f"{name}-role", metadata=metadata, rules=RULES, opts=inside)
        binding = kubernetes.rbac.v1.RoleBinding(
            f"{name}-binding",
            metadata=metadata,
            role_ref=kubernetes.rbac.v1.RoleRefArgs(api_group=_RBAC, kind="Role", name=ROLE),
            subjects=[
                kubernetes.rbac.v1.SubjectArgs(api_group=_RBAC, kind="Group", name=group_of(team.name))
            ],
            opts=inside,
        )
        if team.role_arn is not None:
            aws.eks.AccessEntry(
                f"{name}-entry",
                cluster_name=args.cluster_name,
                principal_arn=team.role_arn,
                type="STANDARD",
                kubernetes_groups=[group_of(team.name)],
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[binding]),
            )
        self.register_outputs({})
