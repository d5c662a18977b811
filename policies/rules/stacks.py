"""The stack as a whole: whose it is, what protects it, and in which order it goes."""

from collections.abc import Iterator

from knowledge.fault import Fault
from knowledge.node_names import STACK_TAG
from policies.environment import Environment
from policies.kubernetes_objects import RELEASE, chart_name
from policies.reading import NotKnownYetError, get, together
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import CLUSTER, COMPONENT, ControlPlane
from policies.rules.instances import NODE_CLASS, NODE_GROUP
from policies.rules.karpenter import NODE_POOL
from policies.views import Resource, Stack

TAGS = ("owner", STACK_TAG)
"""Who answers for a resource, and which stack it is paid for."""

WITHOUT_TAGS = frozenset(
    {
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/tag:Tag",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:kms/alias:Alias",
        "aws:sqs/queuePolicy:QueuePolicy",
    }
)
"""Types of the AWS provider that this project uses and that take no tags."""


def _tags_and_protection(stack: Stack, environment: Environment) -> Iterator[Finding]:
    yield from together(_tags(each) for each in stack.resources)
    if environment.is_prod and not environment.is_given_up:
        # Of the component only what came of it is seen, which says nothing; the cluster inside it does.
        yield from together(_protection(each) for each in stack.of_type(CLUSTER) or stack.of_type(COMPONENT))
    yield from together(_order(stack))


def _tags(resource: Resource) -> Iterator[Finding]:
    if not resource.type.startswith("aws:") or resource.type in WITHOUT_TAGS:
        return
    tags = get(resource.properties, "tags") or {}
    if isinstance(tags, list):  # as Auto Scaling groups have them
        tags = {get(each, "key"): get(each, "value") for each in tags}
    missing = [name for name in TAGS if tags.get(name) in (None, "")]
    if missing:
        problem = f"no tag {', '.join(missing)}"
        yield Finding(f"{resource.name}.tags", Fault(problem, cure="take the stack's tags"), resource)


def _protection(resource: Resource) -> Iterator[Finding]:
    for plane in ControlPlane.in_resource(resource):
        if not (plane.get("deletionProtection") or resource.protect):
            problem = "one command would delete the cluster"
            where = f"{resource.name}.deletionProtection"
            yield Finding(where, Fault(problem, "in prod it is protected", "set it true"), resource)


def _order(stack: Stack) -> Iterator[Iterator[Finding]]:
    """On destroy Pulumi takes a resource away once everything made after it is gone."""
    controllers = [each for each in stack.of_type(RELEASE) if _is_karpenter(each)]
    drained = "nodes are drained while Karpenter lives"
    for each in stack.of_type(NODE_POOL, NODE_CLASS):
        yield _after(stack, each, controllers, drained)
    for node_pool in stack.of_type(NODE_POOL):
        yield _after_its_class(stack, node_pool)
    for controller in controllers:
        yield _after(
            stack, controller, stack.of_type(NODE_GROUP), "Karpenter's pods have a node until the end"
        )
    clusters = stack.of_type(COMPONENT, CLUSTER)
    for group in stack.of_type(NODE_GROUP):
        yield _after(stack, group, clusters, "a cluster outlives its node groups")


def _is_karpenter(release: Resource) -> bool:
    """Whether it is Karpenter's chart; one that is not known yet is taken for another."""
    try:
        return chart_name(release) == "karpenter"
    except NotKnownYetError:
        return False


def _after_its_class(stack: Stack, node_pool: Resource) -> Iterator[Finding]:
    name = get(node_pool.properties, "spec", "template", "spec", "nodeClassRef", "name")
    classes = [each for each in stack.of_type(NODE_CLASS) if get(each.properties, "metadata", "name") == name]
    yield from _after(stack, node_pool, classes, "a class outlives the nodes made of it")


def _after(stack: Stack, later: Resource, earlier: list[Resource], reason: str) -> Iterator[Finding]:
    """A finding unless `later` comes after one of the others; there may be none, where another stack has
    them."""
    before = {each.urn for each in stack.before(later)}
    if earlier and before.isdisjoint(each.urn for each in earlier):
        problem = f"does not depend on {earlier[0].name}"
        yield Finding(later.name, Fault(problem, reason, "add it to depends_on"), later)


RULES = (
    Rule(
        id="tags-and-protection",
        summary="Everything says whose it is; prod is protected from deletion; destroy goes in an order "
        "that works.",
        severity=Severity.HIGH,
        references=practice("terraform-aws-eks: deletion_protection", "METR/hawk#576"),
        url="https://www.pulumi.com/docs/iac/concepts/options/dependson/",
        remediation="Take `context.tags` for each resource, keep `cluster.deletionProtection` true in prod "
        "until the stack is to be taken away, and keep the depends_on edges of components/gpu_cluster.py.",
        stack_check=_tags_and_protection,
    ),
)
