"""Security groups that let EFA's traffic through: from themselves and to themselves, by name and not by
range."""

from collections.abc import Iterator
from typing import Any

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import UNKNOWN, get, is_on, items, together
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import CLUSTER, COMPONENT
from policies.rules.efa_topology import efa_interfaces
from policies.rules.instances import LAUNCH_TEMPLATE, NODE_CLASS
from policies.rules.security_groups import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, WITHOUT_PORTS
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


_DIRECTIONS = {"ingress from itself": (INGRESS_RULE, "ingress"), "egress to itself": (EGRESS_RULE, "egress")}


def _lacking(stack: Stack, group: Resource) -> list[str]:
    return [
        name
        for name, (kind, entries) in _DIRECTIONS.items()
        if not any(_is_self(stack, group, rule) for rule in stack.of_type(kind))
        and not any(map(_is_self_inside, _listed(group, entries)))
    ]


def _listed(group: Resource, entries: str) -> list[Any]:
    """The rules inside a group. A group that lists none has unknown ones too until AWS says what it has, but
    those come from no other resource."""
    if group.properties.get(entries) is UNKNOWN and not group.property_dependencies.get(entries):
        return []
    return items(group.properties, entries)


def _is_self_inside(entry: Any) -> bool:
    return is_on(get(entry, "self")) and str(get(entry, "protocol")) in WITHOUT_PORTS


def _is_self(stack: Stack, group: Resource, rule: Resource) -> bool:
    of_group, names_group = (
        group in stack.used_by(rule, name, type=SECURITY_GROUP)
        for name in ("securityGroupId", "referencedSecurityGroupId")
    )
    return of_group and names_group and str(get(rule.properties, "ipProtocol")) in WITHOUT_PORTS


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
