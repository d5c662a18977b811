"""What roles may do, and what Karpenter's may."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.documents import Statement, rights_in
from policies.environment import Environment
from policies.references import checkov, eks_guide, practice, trivy
from policies.rule import Finding, Rule, Severity
from policies.views import Resource

WITHOUT_RESOURCES = (
    "autoscaling:Describe*",
    "ec2:Describe*",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "ecr:GetAuthorizationToken",
    "iam:ListInstanceProfiles",
    "logs:DescribeLogGroups",
    "pricing:GetProducts",
    "sts:GetCallerIdentity",
    # Takes the cluster by a condition key.
    "arc-zonal-shift:GetManagedResource",
)
"""Actions that know no resources, so that their statements can only say `*` (Service Authorization
Reference); such a statement must have no other action in it."""

_ON_WHAT_IS_MADE = (
    "aws:RequestTag/kubernetes.io/cluster/",
    "aws:RequestTag/eks:eks-cluster-name",
    "aws:RequestTag/karpenter.sh/nodepool",
)
_ON_WHAT_IS_THERE = ("aws:ResourceTag/kubernetes.io/cluster/", "aws:ResourceTag/karpenter.sh/nodepool")
"""Condition keys that tie a statement to instances of this cluster; one that ends with `/` begins a key."""

_TAGS = "ec2:CreateTags"
_MAKES = ("ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate")
_ENDS = ("ec2:TerminateInstances", "ec2:DeleteLaunchTemplate")
_ONLY_USED = ("image", "snapshot", "security-group", "subnet", "capacity-reservation", "placement-group")
"""Kinds of EC2 resource that a launch uses and does not make: they have no tags of the cluster yet. Who may
tag them could give them some."""

_EC2 = ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")


def _no_star(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for statement in rights_in(resource):
        if not statement.allows:
            continue
        if "NotAction" in statement.body or "NotResource" in statement.body:
            problem = "everything but what it names is allowed"
            yield Finding(statement.where, Fault(problem, cure="name what is needed"), resource)
        for action in statement.actions:
            if action == "*" or action.endswith(":*"):
                problem = f"{action} allows every action" + ("" if action == "*" else " of the service")
                yield Finding(
                    f"{statement.where}.Action", Fault(problem, cure="name what is needed"), resource
                )
        if "*" in statement.resources:
            yield from _unrestricted(resource, statement)
        if statement.matches("iam:PassRole") and not statement.condition("iam:PassedToService"):
            problem = "a role could be passed to any service, and its rights be taken there"
            cure = "add the condition iam:PassedToService"
            yield Finding(f"{statement.where}.Condition", Fault(problem, cure=cure), resource)


def _unrestricted(resource: Resource, statement: Statement) -> Iterator[Finding]:
    narrow = [action for action in statement.actions if not _knows_no_resources(action)]
    if narrow:
        problem = f"{', '.join(narrow)} on every resource"
        yield Finding(f"{statement.where}.Resource", Fault(problem, cure="name the resources"), resource)


def _knows_no_resources(action: str) -> bool:
    return any(
        action.startswith(each.removesuffix("*")) if each.endswith("*") else action == each
        for each in WITHOUT_RESOURCES
    )


def _karpenter_scoped(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for statement in rights_in(resource):
        if not statement.allows:
            continue
        if any(map(statement.matches, _ENDS)):
            yield from _missing(resource, statement, _ON_WHAT_IS_THERE)
        elif statement.matches(_TAGS) or (any(map(statement.matches, _MAKES)) and not _only_uses(statement)):
            yield from _missing(resource, statement, _ON_WHAT_IS_MADE, _ON_WHAT_IS_THERE)
        if statement.matches("iam:PassRole"):
            yield from _passed(resource, statement)


def _only_uses(statement: Statement) -> bool:
    kinds = {arn.rpartition(":")[2].partition("/")[0] for arn in statement.resources}
    return bool(kinds) and kinds <= set(_ONLY_USED)


def _missing(resource: Resource, statement: Statement, *ways: tuple[str, ...]) -> Iterator[Finding]:
    """A finding unless all condition keys of one of the ways are there; a key that ends with `/` begins
    one."""
    keys = [key for key, _ in statement.conditions()]
    lacking = [[wanted for wanted in way if not any(key.startswith(wanted) for key in keys)] for way in ways]
    if all(lacking):
        fewest = min(lacking, key=len)
        names = ", ".join(f"{key}<cluster>" if key.endswith("/") else key for key in fewest)
        problem = f"no condition on {names}"
        allowed = "Karpenter touches what carries its cluster's tags"
        yield Finding(f"{statement.where}.Condition", Fault(problem, allowed, "add it"), resource)


def _passed(resource: Resource, statement: Statement) -> Iterator[Finding]:
    for arn in statement.resources:
        if "*" in arn:
            fault = Fault(f"{arn} is more than the node role", cure="name the node role")
            yield Finding(f"{statement.where}.Resource", fault, resource)
    others = sorted(set(statement.condition("iam:PassedToService")) - set(_EC2))
    if others:
        fault = Fault(f"{', '.join(others)} would get the role too", cure="name EC2 only")
        yield Finding(f"{statement.where}.Condition", fault, resource)


RULES = (
    Rule(
        id="iam-no-star",
        summary="Policies name actions and resources, and say to which service a role may be passed.",
        severity=Severity.CRITICAL,
        references=(
            *checkov("CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_355", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288"),
            *checkov("CKV_AWS_289", "CKV_AWS_290"),
            *trivy("AWS-0057", "AWS-0342"),
            *eks_guide("security/iam: least privilege"),
        ),
        url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        remediation="Name the actions and the ARNs that are needed; put actions that know no resources "
        "apart.",
        resource_check=_no_star,
    ),
    Rule(
        id="karpenter-policy-scoped",
        summary="Who may launch, tag or end instances may do so with this cluster's tags on them only.",
        severity=Severity.HIGH,
        references=practice(
            "terraform-aws-eks: modules/karpenter/policy.tf",
            "Karpenter threat model: tag orchestration, PassRole, instance profiles",
        ),
        url="https://karpenter.sh/docs/reference/threat-model/",
        remediation="Take the statements of knowledge/iam/karpenter_node_lifecycle.py, with their "
        "conditions.",
        resource_check=_karpenter_scoped,
    ),
)
