"""Who is an administrator of the cluster."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.environment import Environment
from policies.kubernetes_objects import objects_in
from policies.reading import get, items
from policies.references import cis, eks_guide, kube_linter
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import CLUSTER, ControlPlane
from policies.views import Resource

ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
CLUSTER_ADMIN_POLICY = "AmazonEKSClusterAdminPolicy"


def _access_entries_only(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for plane in ControlPlane.in_resource(resource):
        mode = plane.get("authenticationMode")
        if mode != "API":
            problem = f'"{mode}" lets the ConfigMap aws-auth give rights' if mode else "missing"
            yield plane.finding("authenticationMode", problem, "set API")
        name = "bootstrapClusterCreatorAdminPermissions"
        if resource.type == CLUSTER and plane.get(name) is not False:
            problem = "whoever makes the cluster is its administrator for ever"
            yield plane.finding(name, problem, "set it false, and make access entries")


def _no_broad_admin(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type == ASSOCIATION:
        policy = get(resource.properties, "policyArn") or ""
        if policy.rpartition("/")[2] == CLUSTER_ADMIN_POLICY:
            principal = get(resource.properties, "principalArn")
            if principal not in environment.admin_role_arns:
                problem = f"{principal} would administer the whole cluster"
                allowed = "only roles in cluster.adminRoleArns do"
                yield Finding("principalArn", Fault(problem, allowed, "take a narrower policy"), resource)
    for each in objects_in(resource):
        if (
            each.kind in ("ClusterRoleBinding", "RoleBinding")
            and each.get("roleRef", "name") == "cluster-admin"
        ):
            subjects = ", ".join(str(get(subject, "name")) for subject in items(each.body, "subjects"))
            problem = f"{each.kind} {each.name} makes {subjects or 'nobody'} cluster-admin"
            yield Finding("roleRef.name", Fault(problem, cure="name a role with what is needed"), resource)


RULES = (
    Rule(
        id="eks-access-entries-only",
        summary="Access entries alone decide who may enter the cluster; whoever made it gets no right by "
        "that.",
        severity=Severity.HIGH,
        references=(
            *cis("4.1.7"),
            *eks_guide(
                "security/iam: Remove the cluster-admin permissions from the cluster creator principal"
            ),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
        remediation="Set the authentication mode to API and make an access entry for each administrator.",
        resource_check=_access_entries_only,
    ),
    Rule(
        id="eks-no-broad-cluster-admin",
        summary="Only the named roles administer the cluster, and no service account does.",
        severity=Severity.HIGH,
        references=(*cis("4.1.1"), *kube_linter("cluster-admin-role-binding")),
        url="https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html",
        remediation="List administrators in `cluster.adminRoleArns`; give everybody else a narrower policy "
        "or role.",
        resource_check=_no_broad_admin,
    ),
)
