"""A plan for people and for files: a YAML document, the same text for the same plan."""

from typing import Any

import yaml

from plan.bill import Bill, Line, NodeLine
from plan.document import Plan, Planned
from plan.readable import readable, unpacked

HEADING = """\
# What the program asks for in stack {stack}. No account was asked: this is not what AWS holds.
# ${{Vpc gpu-network-vpc.id}} stands for a value that only the deployment will tell.
"""


class _Dumper(yaml.CSafeDumper):
    """libyaml's dumper, a tenth of the time of Python's own; texts of several lines stay readable."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def to_yaml(content: Any) -> str:
    """Any document as YAML, its keys in the order that they have."""
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def document(plan: Plan, bill: Bill) -> dict[str, Any]:
    """Plan and bill as one document; resources by type and name, inputs by name."""
    return {
        "stack": plan.stack,
        "region": plan.region,
        "assumptions": [*plan.doubts, *plan.assumptions],
        "policyViolations": [str(each) for each in plan.violations],
        "cost": cost_document(bill),
        "resources": [_resource(each) for each in plan.resources],
        "outputs": _sorted(unpacked(plan.outputs)),
    }


def yaml_text(plan: Plan, bill: Bill) -> str:
    """The document as text."""
    return HEADING.format(stack=plan.stack) + to_yaml(document(plan, bill))


def cost_document(bill: Bill) -> dict[str, Any]:
    """The bill: US dollars for an hour; null for what is not known."""
    return {
        "alwaysOnHourly": round(bill.hourly, 4),
        "alwaysOn": [_use(line) for line in bill.always],
        "unknown": list(bill.unknown),
        "later": [{"from": each.begins.isoformat(), **_use(each.line)} for each in bill.later],
        "oneNodeHourly": [_node(each) for each in bill.nodes],
        "pricesOf": bill.priced_in,
        "sources": list(bill.sources),
    }


def _resource(planned: Planned) -> dict[str, Any]:
    options = {
        "protect": planned.protect,
        "retainOnDelete": planned.retain,
        "ignoreChanges": list(planned.ignore_changes),
        "replaceOnChanges": list(planned.replace_on_changes),
        "deleteBeforeReplace": planned.delete_before_replace,
    }
    given = {name: value for name, value in options.items() if value}
    return {
        "type": planned.type,
        "name": planned.name,
        "component": planned.component,
        **({"options": given} if given else {}),
        "inputs": _sorted(readable(planned)),
    }


def _sorted(value: Any) -> Any:
    """Maps by their keys, all the way down."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value


def _use(line: Line) -> dict[str, Any]:
    return {"what": line.use.what, "units": line.use.units, "hourly": _dollars(line.hourly)}


def _node(line: NodeLine) -> dict[str, Any]:
    return {
        "provisioner": line.node.provisioner,
        "instanceType": line.node.uses[0].what,
        "onDemandHourly": _dollars(line.hourly),
        "boughtAs": list(line.node.bought_as),
    }


def _dollars(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 4)
