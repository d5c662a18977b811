"""Whose roles they are: one for each service account, and one for nodes that can do little."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from knowledge.fault import Fault
from policies.documents import Statement, statements
from policies.environment import Environment
from policies.kubernetes_objects import RELEASE, chart_name
from policies.reading import get, items, together
from policies.references import checkov, cis, eks_guide
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import CLUSTER, COMPONENT
from policies.rules.instances import NODE_CLASS, NODE_GROUP
from policies.views import Resource, Stack

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ADDON = "aws:eks/addon:Addon"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

PODS = "pods.eks.amazonaws.com"

NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonSSMManagedInstanceCore",
)
"""What a node needs to join, to pull images and to be reached by Session Manager."""

VPC_CNI_POLICY = "AmazonEKS_CNI_Policy"
"""What it needs besides in a cluster of somebody else's, whose VPC CNI may have no role of its own."""


@dataclass(frozen=True)
class Use:
    """A role in the hands of a service account."""

    role: Resource
    account: str
    resource: Resource
    where: str


def _pod_identity(stack: Stack, environment: Environment) -> Iterator[Finding]:
    yield from together(_trust(role) for role in stack.of_type(ROLE))
    uses = list(together(_uses(stack, each) for each in stack.of_type(ASSOCIATION, ADDON)))
    accounts: dict[str, str] = {}
    for use in uses:
        first = accounts.setdefault(use.role.urn, use.account)
        if first != use.account:
            problem = f"{use.role.name} is the role of {first} too"
            yield Finding(use.where, Fault(problem, cure="give each service account its own"), use.resource)
    yield from together(_controller(stack, release) for release in stack.of_type(RELEASE))


def _trust(role: Resource) -> Iterator[Finding]:
    for statement in statements(get(role.properties, "assumeRolePolicy"), f"{role.name}.assumeRolePolicy"):
        if not statement.allows:
            continue
        if "*" in statement.principals("AWS"):
            problem = "anybody with an AWS account may take the role"
            yield Finding(statement.where, Fault(problem, cure="name who may"), role)
        services = statement.principals("Service")
        if PODS in services and len(services) > 1:
            others = ", ".join(sorted(set(services) - {PODS}))
            problem = f"{others} may take the role of a pod"
            yield Finding(statement.where, Fault(problem, cure=f"let only {PODS} take it"), role)
        if statement.principals("Federated"):
            yield from _federated(role, statement)


def _federated(role: Resource, statement: Statement) -> Iterator[Finding]:
    subjects = [value for key, values in statement.conditions() if key.endswith(":sub") for value in values]
    if len(subjects) != 1 or "*" in subjects[0]:
        problem = f"{', '.join(subjects) or 'every service account'} may take the role"
        yield Finding(
            statement.where, Fault(problem, cure="name one service account in a :sub condition"), role
        )


def _uses(stack: Stack, resource: Resource) -> Iterator[Use]:
    if resource.type == ASSOCIATION:
        for role in stack.used_by(resource, "roleArn", type=ROLE):
            account = f"{get(resource.properties, 'namespace')}/{get(resource.properties, 'serviceAccount')}"
            yield Use(role, account, resource, f"{resource.name}.roleArn")
    if resource.type == ADDON:
        addon = get(resource.properties, "addonName")
        for role in stack.used_by(resource, "podIdentityAssociations", type=ROLE):
            yield Use(role, f"addon {addon}", resource, f"{resource.name}.podIdentityAssociations")


def _controller(stack: Stack, release: Resource) -> Iterator[Finding]:
    """Karpenter's chart, which calls AWS, must have a role from somewhere other than its node."""
    if chart_name(release) != "karpenter":
        return
    account = get(release.properties, "values", "serviceAccount")
    if get(account, "annotations", "eks.amazonaws.com/role-arn"):
        return
    wanted = (get(release.properties, "namespace"), get(account, "name") or "karpenter")
    have = [
        (get(each.properties, "namespace"), get(each.properties, "serviceAccount"))
        for each in stack.of_type(ASSOCIATION)
    ]
    if wanted not in have:
        problem = f"service account {'/'.join(map(str, wanted))} has no role, and would take the node's"
        where = f"{release.name}.values.serviceAccount"
        yield Finding(where, Fault(problem, cure="add a PodIdentityAssociation for it"), release)


def _node_role(stack: Stack, environment: Environment) -> Iterator[Finding]:
    attached: dict[str, list[Resource]] = defaultdict(list)
    for each in stack.of_type(ATTACHMENT, ROLE_POLICY):
        for role in stack.used_by(each, "role", type=ROLE):
            attached[role.urn].append(each)
    needed = NODE_POLICIES if stack.of_type(COMPONENT, CLUSTER) else (*NODE_POLICIES, VPC_CNI_POLICY)
    for role in _node_roles(stack):
        yield from together(_beyond_need(stack, each, needed) for each in attached[role.urn])
        for arn in items(role.properties, "managedPolicyArns"):
            yield from _policy(role, f"{role.name}.managedPolicyArns", get(arn), needed)
        for inline in items(role.properties, "inlinePolicies"):
            if get(inline, "policy"):
                yield _too_much(role, f"{role.name}.inlinePolicies", "an inline policy")


def _node_roles(stack: Stack) -> list[Resource]:
    roles = {
        role.urn: role
        for each in stack.of_type(NODE_GROUP, NODE_CLASS)
        for role in stack.used_by(each, "nodeRoleArn", "spec", type=ROLE)
    }
    return list(roles.values())


def _beyond_need(stack: Stack, given: Resource, needed: Collection[str]) -> Iterator[Finding]:
    if given.type == ROLE_POLICY:
        yield _too_much(given, given.name, "an inline policy")
    elif own := stack.used_by(given, "policyArn", type=POLICY):
        yield _too_much(given, f"{given.name}.policyArn", own[0].name)
    else:
        yield from _policy(given, f"{given.name}.policyArn", get(given.properties, "policyArn"), needed)


def _policy(resource: Resource, where: str, arn: str, needed: Collection[str]) -> Iterator[Finding]:
    name = arn.rpartition("/")[2]
    if name not in needed:
        yield _too_much(resource, where, name)


def _too_much(resource: Resource, where: str, policy: str) -> Finding:
    problem = f"{policy} on the node role is there for every pod that gets at the node's credentials"
    return Finding(where, Fault(problem, cure="give it to a service account by pod identity"), resource)


RULES = (
    Rule(
        id="pod-identity",
        summary="Pods get AWS rights by EKS Pod Identity, each service account by a role of its own.",
        severity=Severity.HIGH,
        references=(
            *cis("5.2.1"),
            *checkov("CKV_AWS_60", "CKV_AWS_61"),
            *eks_guide("security/iam: EKS Pod Identities", "security/iam: Use one IAM role per application"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
        remediation="Make a role that trusts pods.eks.amazonaws.com and associate it with one service "
        "account.",
        stack_check=_pod_identity,
    ),
    Rule(
        id="node-role-minimal",
        summary="The node role lets a node join, pull images and be reached by Session Manager, and "
        "nothing else.",
        severity=Severity.HIGH,
        references=(
            *cis("5.1.3"),
            *eks_guide("security/iam: Update the aws-node daemonset to use IRSA"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html",
        remediation="Attach other policies to the role of the service account that needs them. That of the "
        "VPC CNI is let pass where the stack makes no cluster: somebody else's may go by the node role.",
        stack_check=_node_role,
    ),
)
