"""Security groups that let EFA's traffic through: from themselves and to themselves, by name and not by
range."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import together
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import CLUSTER, COMPONENT
from policies.rules.efa_topology import efa_interfaces
from policies.rules.instances import LAUNCH_TEMPLATE, NODE_CLASS
from policies.rules.security_groups import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP
from policies.views import Resource, Stack


def _self_rules(stack: Stack, environment: Environment) -> Iterator[Finding]:
    yield from together(_launched(stack, each) for each in stack.of_type(LAUNCH_TEMPLATE, NODE_CLASS))


def _launched(stack: Stack, resource: Resource) -> Iterator[Finding]:
    if not efa_interfaces(resource):
        return
    groups = stack.used_by(resource, "networkInterfaces", "spec", type=SECURITY_GROUP)
    if not groups and resource.type == NODE_CLASS and not stack.of_type(COMPONENT, CLUSTER):
        return  # on the cluster of another stack, whose groups are held to the rule there
    lacking = {group.name: _lacking(stack, group) for group in groups}
    if all(lacking.values()):
        faults = [f"{name} has no {' and no '.join(missing)}" for name, missing in lacking.items()]
        problem = ", ".join(faults) or "no security group of this stack"
        cure = "give one rules for all protocols that name itself and no range"
        yield Finding(f"{resource.name}.securityGroups", Fault(problem, cure=cure), resource)


_DIRECTIONS = {"ingress from itself": INGRESS_RULE, "egress to itself": EGRESS_RULE}


def _lacking(stack: Stack, group: Resource) -> list[str]:
    return [
        name
        for name, kind in _DIRECTIONS.items()
        if not any(_is_self(stack, group, rule) for rule in stack.of_type(kind))
    ]


def _is_self(stack: Stack, group: Resource, rule: Resource) -> bool:
    of_group, names_group = (
        group in stack.used_by(rule, name, type=SECURITY_GROUP)
        for name in ("securityGroupId", "referencedSecurityGroupId")
    )
    return of_group and names_group and str(rule.properties.get("ipProtocol")) == "-1"


RULES = (
    Rule(
        id="efa-sg-self",
        summary="EFA interfaces carry a security group that lets everything in from itself and out to "
        "itself.",
        severity=Severity.HIGH,
        references=(*practice("terraform-aws-eks: all_self_efa"),),
        url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html",
        remediation="Add an ingress and an egress rule for all protocols that name the group itself, not a "
        "range.",
        stack_check=_self_rules,
    ),
)
