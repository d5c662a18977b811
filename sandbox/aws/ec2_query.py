"""Reads EC2's requests: a flat form such as `TagSpecification.1.Tag.2.Key=owner`.

moto has a parser too, which looks through the whole form again for every member of every structure. A
CreateFleet of Karpenter's carries hundreds of entries; this one reads each once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

Tree = dict[str, Any]


def parse_form(form: Iterable[tuple[str, str]], shape: StructureShape) -> dict[str, Any]:
    """The parameters in a form, typed by the operation's input shape.

    Entries the shape does not know are dropped.
    """
    root: Tree = {}
    for key, value in form:
        *path, leaf = key.split(".")
        branch = root
        for step in path:
            below = branch.setdefault(step, {})
            if not isinstance(below, dict):
                below = branch[step] = {}
            branch = below
        branch.setdefault(leaf, value)
    return _structure(root, shape)


def _structure(tree: Mapping[str, Any], shape: StructureShape) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    for name, member in shape.members.items():
        written = _name_in_form(name, member)
        if written in tree:
            parsed[name] = _value(tree[written], member)
    return parsed


def _name_in_form(name: str, member: Shape) -> str:
    """The queryName, else the location name with its first letter raised: the `ec2` protocol's rule."""
    query_name = member.serialization.get("queryName")
    if query_name:
        return str(query_name)
    location = str(member.serialization.get("name", name))
    return location[0].upper() + location[1:]


def _value(node: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(node, shape) if isinstance(node, dict) else {}
    if isinstance(shape, ListShape):
        if not isinstance(node, dict):
            return []
        node = node.get("member", node)  # the `query` protocol has a step more
        return [_value(node[index], shape.member) for index in sorted(node, key=int)]
    match shape.type_name:
        case "boolean":
            return str(node).lower() == "true"
        case "integer" | "long":
            return int(node)
        case "float" | "double":
            return float(node)
        case "timestamp":
            return datetime.fromisoformat(str(node))
        case _:
            return node
