"""What a planned stack costs by the hour: all that is always on, and one node of each provisioner.

Counted is what is billed by time. What is billed by use (data, logs, requests, storage that pods ask for) is
not, since a plan cannot know it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge import gp3
from knowledge.eks_versions import VERSIONS
from knowledge.fault import Fault
from knowledge.quantities import parse_quantity
from plan.document import Plan, Planned
from plan.names import CLUSTER, stand_in
from plan.prices import (
    CONTROL_PLANE,
    EXTENDED_SUPPORT,
    GP3,
    GP3_IOPS,
    GP3_THROUGHPUT,
    INTERFACE_ENDPOINT,
    KMS_KEY,
    NAT_GATEWAY,
    PUBLIC_IPV4,
    Product,
    instance,
)
from sandbox.engine.values import Properties

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"

SINGLE: dict[str, tuple[str, Product]] = {
    CLUSTER: ("control plane", CONTROL_PLANE),
    "aws:ec2/natGateway:NatGateway": ("NAT gateways", NAT_GATEWAY),
    "aws:ec2/eip:Eip": ("public IPv4 addresses", PUBLIC_IPV4),
    "aws:kms/key:Key": ("KMS keys", KMS_KEY),
}
"""Types of which each resource is one unit of a product."""

GIB = 1024**3


@dataclass(frozen=True)
class Use:
    """Units of a product that are in use all the time: pieces, or GiB of a volume."""

    what: str
    product: Product
    units: float


@dataclass(frozen=True)
class Node:
    """One node of a provisioner. It costs nothing before pods ask for it."""

    provisioner: str
    uses: tuple[Use, ...]
    """The instance first, then its volume and what that can do."""
    bought_as: tuple[str, ...]
    """Capacity types that Karpenter may buy; the price is always that of on-demand."""


@dataclass(frozen=True)
class Later:
    """A use that nobody pays for yet."""

    begins: date
    use: Use


def always_on(plan: Plan, today: date) -> tuple[Use, ...]:
    """Everything that is billed from the deployment on, whether it is used or not; alike things together."""
    units: dict[tuple[str, Product], float] = {}
    begun = (each.use for each in _of_support(plan) if each.begins <= today)
    for use in (*_uses(plan), *begun):
        units[use.what, use.product] = units.get((use.what, use.product), 0) + use.units
    return tuple(Use(what, product, count) for (what, product), count in units.items() if count)


def later_on(plan: Plan, today: date) -> tuple[Later, ...]:
    """What will be billed from a later day on if nothing is changed."""
    return tuple(each for each in _of_support(plan) if each.begins > today)


def one_node_each(plan: Plan) -> tuple[Node, ...]:
    """One node of each instance type of each provisioner."""
    classes = {_name(each): each for each in plan.resources if each.type == NODE_CLASS}
    nodes = []
    for pool in plan.resources:
        if pool.type == NODE_POOL:
            template = _below(pool.inputs, "spec", "template", "spec")
            node_class = classes.get(_below(template, "nodeClassRef").get("name", ""))
            volumes = tuple(_volumes(_below(node_class.inputs, "spec"), 1, "")) if node_class else ()
            for name in _required(template, "node.kubernetes.io/instance-type"):
                uses = (Use(name, instance(name), 1), *volumes)
                bought = tuple(_required(template, "karpenter.sh/capacity-type"))
                nodes.append(Node(_name(pool), uses, bought))
    return tuple(nodes)


def _name(planned: Planned) -> str:
    """What the object is called in Kubernetes, or else in the program."""
    return str(_below(planned.inputs, "metadata").get("name", planned.name))


def _below(values: Properties, *keys: str) -> Properties:
    """The map below the keys, empty where there is none or it is not known yet."""
    for key in keys:
        inner = values.get(key)
        values = inner if isinstance(inner, dict) else {}
    return values


def _list(values: Properties, key: str) -> list[Any]:
    """The list below a key, empty where there is none or it is not known yet."""
    found = values.get(key)
    return found if isinstance(found, list) else []


def _maps(values: Properties, key: str) -> list[Properties]:
    """The maps of such a list."""
    return [each for each in _list(values, key) if isinstance(each, dict)]


def _number(values: Properties, key: str) -> float:
    """The number below a key, none where it is not known yet."""
    found = values.get(key)
    return found if isinstance(found, int | float) else 0


def _uses(plan: Plan) -> Iterator[Use]:
    templates = {
        stand_in(each.type, each.name, "id"): each.inputs
        for each in plan.resources
        if each.type == LAUNCH_TEMPLATE
    }
    for each in plan.resources:
        if each.type in SINGLE:
            what, product = SINGLE[each.type]
            yield Use(what, product, 1)
        elif each.type == ENDPOINT and each.inputs.get("vpcEndpointType") == "Interface":
            zones = len(_list(each.inputs, "subnetIds"))
            yield Use("interface endpoints, one a zone", INTERFACE_ENDPOINT, zones)
        elif each.type == NODE_GROUP:
            yield from _of_node_group(
                each, templates.get(_below(each.inputs, "launchTemplate").get("id", ""), {})
            )


def _of_support(plan: Plan) -> Iterator[Later]:
    """Extended support of the cluster's Kubernetes, where EKS does not upgrade it instead."""
    for cluster in (each.inputs for each in plan.resources if each.type == CLUSTER):
        version = VERSIONS.get(cluster.get("version", ""))
        if version and cluster.get("upgradePolicy") != {"supportType": "STANDARD"}:
            what = f"extended support of Kubernetes {version.minor}"
            yield Later(version.standard_until, Use(what, EXTENDED_SUPPORT, 1))


def _of_node_group(group: Planned, template: Properties) -> Iterator[Use]:
    """Its desired nodes, by the first of its instance types, and their volumes."""
    nodes = _number(_below(group.inputs, "scalingConfig"), "desiredSize")
    types = _list(group.inputs, "instanceTypes") or [template.get("instanceType", "")]
    yield Use(f"nodes of {group.name}: {types[0]}", instance(types[0]), nodes)
    yield from _volumes(template, nodes, " of their volumes")


def _volumes(holder: Properties, nodes: float, whose: str) -> Iterator[Use]:
    """All gp3 volumes of a launch template or a node class: their size, and what is paid for beside it."""
    volumes = [_below(mapping, "ebs") for mapping in _maps(holder, "blockDeviceMappings")]
    volumes = [volume for volume in volumes if volume.get("volumeType") == "gp3"]
    gib = sum(map(_gib_of, volumes))
    iops = sum(max(_number(volume, "iops") - gp3.GP3_IOPS[0], 0) for volume in volumes)
    mib = sum(max(_number(volume, "throughput") - gp3.GP3_THROUGHPUT[0], 0) for volume in volumes)
    uses = (
        Use(f"gp3 GiB{whose}", GP3, nodes * gib),
        Use(f"gp3 IOPS{whose}", GP3_IOPS, nodes * iops),
        Use(f"gp3 GiB/s{whose}", GP3_THROUGHPUT, nodes * mib / 1024),
    )
    yield from (use for use in uses if use.units)


def _gib_of(volume: Properties) -> float:
    """GiB of a volume; a bare number is GiB, as EC2 has it."""
    size = volume.get("volumeSize", 0)
    quantity = parse_quantity(size) if isinstance(size, str) else size * GIB
    return 0.0 if isinstance(quantity, Fault) else float(quantity) / GIB


def _required(template: Properties, key: str) -> list[str]:
    """The values that a NodePool demands of a label."""
    return [
        value
        for each in _maps(template, "requirements")
        if each.get("key") == key and each.get("operator") == "In"
        for value in _list(each, "values")
    ]
