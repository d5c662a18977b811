"""EFA pools: nodes that are close to each other and laid out alike."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import get, items, together
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.rules.instances import LAUNCH_TEMPLATE, NODE_CLASS, NODE_GROUP
from policies.rules.karpenter import NODE_POOL
from policies.views import Resource, Stack

PLACEMENT_GROUP = "aws:ec2/placementGroup:PlacementGroup"
ZONE = "topology.kubernetes.io/zone"
INSTANCE_TYPE = "node.kubernetes.io/instance-type"

CAPACITY_TYPE = "karpenter.sh/capacity-type"

SAME_LAYOUT = (
    frozenset({"p4d.24xlarge", "p4de.24xlarge"}),
    frozenset({"p5.48xlarge", "p5e.48xlarge"}),
)
"""Types with the same network cards (vpc_ip_resource_limit.go of amazon-vpc-cni-k8s), which can share one
list of interfaces."""

_PATHS = {LAUNCH_TEMPLATE: ("networkInterfaces",), NODE_CLASS: ("spec", "networkInterfaces")}


def efa_interfaces(resource: Resource) -> list[Any]:
    """Interfaces that a launch template or a node class lists, if there is EFA among them."""
    listed = items(resource.properties, *_PATHS[resource.type])
    return listed if any(_has_efa(each) for each in listed) else []


def _has_efa(interface: Any) -> bool:
    return get(interface, "interfaceType") in ("efa", "efa-only")


def _topology(stack: Stack, environment: Environment) -> Iterator[Finding]:
    for template in stack.of_type(LAUNCH_TEMPLATE):
        groups = stack.of_type(NODE_GROUP)
        checks = [_placement(stack, template), *(_node_group(stack, template, each) for each in groups)]
        yield from together([_if_efa(template, [_layout(template), *checks])])
    for node_class in stack.of_type(NODE_CLASS):
        pools = stack.of_type(NODE_POOL)
        checks = [_node_class(stack, node_class), *(_node_pool(node_class, each) for each in pools)]
        yield from together([_if_efa(node_class, [_layout(node_class), *checks])])


def _if_efa(resource: Resource, checks: list[Iterator[Finding]]) -> Iterator[Finding]:
    """What the checks find of nodes with EFA; without it there is nothing to ask."""
    if efa_interfaces(resource):
        yield from together(checks)


def _layout(resource: Resource) -> Iterator[Finding]:
    """AWS's rules for interfaces of one instance, as far as they hold for every type."""
    where = f"{resource.name}.{'.'.join(_PATHS[resource.type])}"
    interfaces = efa_interfaces(resource)
    places = Counter(
        (get(each, "networkCardIndex") or 0, get(each, "deviceIndex") or 0) for each in interfaces
    )
    efa = Counter(get(each, "networkCardIndex") or 0 for each in interfaces if _has_efa(each))
    primary = [each for each in interfaces if not (get(each, "networkCardIndex") or get(each, "deviceIndex"))]
    if not primary or get(primary[0], "interfaceType") == "efa-only":
        problem = "device 0 of card 0 has no address" if primary else "no device 0 of card 0"
        yield Finding(where, Fault(problem, cure="make it a plain interface"), resource)
    for (card, device), count in places.items():
        if count > 1:
            problem = f"{count} interfaces at device {device} of card {card}"
            yield Finding(where, Fault(problem, cure="give each a place of its own"), resource)
    for card, count in efa.items():
        if count > 1:
            problem = f"{count} EFA interfaces on card {card}"
            yield Finding(where, Fault(problem, "a card carries one", "spread them over the cards"), resource)


def _placement(stack: Stack, template: Resource) -> Iterator[Finding]:
    where = f"{template.name}.placement"
    if get(template.properties, "capacityReservationSpecification", "capacityReservationTarget"):
        return  # a reservation brings its own place
    groups = [
        group
        for group in stack.of_type(NODE_GROUP)
        if template in stack.used_by(group, "launchTemplate", type=LAUNCH_TEMPLATE)
    ]
    spot = bool(groups) and all(get(group.properties, "capacityType") == "SPOT" for group in groups)
    if not spot and template.properties.get("placement") is None:
        fault = Fault("no cluster placement group", cure="name one, or a capacity reservation")
        yield Finding(where, fault, template)
    yield from _strategy(stack, template, "placement", where)


def _strategy(stack: Stack, resource: Resource, property: str, where: str) -> Iterator[Finding]:
    for group in stack.used_by(resource, property, type=PLACEMENT_GROUP):
        strategy = get(group.properties, "strategy")
        if strategy != "cluster":
            problem = f"{group.name} has strategy {strategy}, which keeps instances apart"
            yield Finding(where, Fault(problem, cure="set cluster"), resource)


def _node_group(stack: Stack, template: Resource, group: Resource) -> Iterator[Finding]:
    if template in stack.used_by(group, "launchTemplate", type=LAUNCH_TEMPLATE):
        yield from _one(group, f"{group.name}.subnetIds", "subnet", items(group.properties, "subnetIds"))


def _node_class(stack: Stack, node_class: Resource) -> Iterator[Finding]:
    spec = get(node_class.properties, "spec")
    where = f"{node_class.name}.spec"
    terms = items(spec, "subnetSelectorTerms")
    yield from _one(node_class, f"{where}.subnetSelectorTerms", "subnet", terms)
    if any("id" not in term for term in terms if isinstance(term, dict)):
        fault = Fault("tags can find subnets of several zones", cure="name the subnet by its id")
        yield Finding(f"{where}.subnetSelectorTerms", fault, node_class)
    placed = spec.get("placementGroupSelector") or spec.get("capacityReservationSelectorTerms")
    if not placed and not _is_of_spot(stack, node_class):
        fault = Fault("no cluster placement group", cure="select one, or a capacity reservation")
        yield Finding(f"{where}.placementGroupSelector", fault, node_class)
    yield from _strategy(stack, node_class, "spec", f"{where}.placementGroupSelector")


def _is_of_spot(stack: Stack, node_class: Resource) -> bool:
    """Whether its nodes are bought as spot alone, of which there is the least in one place of a zone."""
    templates = [
        get(pool.properties, "spec", "template", "spec")
        for pool in stack.of_type(NODE_POOL)
        if _is_class_of(node_class, pool)
    ]
    return bool(templates) and all(_wanted(each, CAPACITY_TYPE) == ["spot"] for each in templates)


def _is_class_of(node_class: Resource, node_pool: Resource) -> bool:
    wanted = get(node_pool.properties, "spec", "template", "spec", "nodeClassRef", "name")
    return bool(wanted == get(node_class.properties, "metadata", "name"))


def _node_pool(node_class: Resource, node_pool: Resource) -> Iterator[Finding]:
    template = get(node_pool.properties, "spec", "template", "spec")
    if not _is_class_of(node_class, node_pool):
        return
    where = f"{node_pool.name}.spec.template.spec.requirements"
    yield from _one(node_pool, where, "zone", _wanted(template, ZONE))
    types = [get(each) for each in _wanted(template, INSTANCE_TYPE)]
    if len(types) != 1 and not any(types and set(types) <= alike for alike in SAME_LAYOUT):
        problem = f"{', '.join(types) or 'any instance type'} with one list of interfaces"
        allowed = "types of one layout share a list"
        yield Finding(where, Fault(problem, allowed, "make a provisioner for each"), node_pool)


def _wanted(template: Any, key: str) -> list[Any]:
    """Values that a NodePool's requirement allows for a label."""
    return [
        value
        for each in items(template, "requirements")
        if get(each, "key") == key and get(each, "operator") == "In"
        for value in items(each, "values")
    ]


def _one(resource: Resource, where: str, what: str, values: list[Any]) -> Iterator[Finding]:
    if len(values) != 1:
        problem = f"{len(values)} {what}s, but EFA's traffic stays inside one zone"
        yield Finding(where, Fault(problem, cure=f"name one {what}"), resource)


RULES = (
    Rule(
        id="efa-topology",
        summary="Nodes of an EFA pool are in one zone and, unless they are spot, in one placement group, "
        "with interfaces laid out as AWS asks.",
        severity=Severity.HIGH,
        references=practice(
            "eksctl: efaEnabled nodegroups must have only one subnet or one availability zone",
            "Karpenter designs/efa-for-static-capacity.md",
            "EKS user guide node-efa",
        ),
        url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html",
        remediation="Give each EFA pool one zone, one interface layout and a cluster placement group or a "
        "reservation.",
        stack_check=_topology,
    ),
)
