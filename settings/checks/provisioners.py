"""Checks of what only provisioners have: limits and disruption, by Karpenter 1.14.0's schemas.

Every node of a provisioner is for training, so what would move a running job is refused here as the policies
refuse it (policies/rules/karpenter.py).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from knowledge.disruption import budgets, consolidation_fault, drift_fault, expiry_fault
from knowledge.fault import Fault as Finding
from knowledge.hardware import InstanceType
from knowledge.quantities import parse_duration, parse_quantity
from settings.faults import Fault
from settings.nodes import Disruption, ProvisionerSettings
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

BUDGET = re.compile(r"(100|[0-9]{1,2})%|[0-9]+")
"""`spec.disruption.budgets[].nodes`."""


def check_provisioners(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the provisioners' limits and disruption."""
    for entry in reading.provisioners:
        path, provisioner = entry.path, entry.settings
        yield from _limits(f"{path}.limits", provisioner)
        yield from _disruption(f"{path}.disruption", provisioner.disruption)
        types = [account.types.get(name) for name in provisioner.instance_types] if account else []
        known = [one for one in types if one]
        if known and len(known) == len(types):
            yield from _less_than_a_node(f"{path}.limits", provisioner, known)


def _limits(path: str, provisioner: ProvisionerSettings) -> Iterator[Fault]:
    limits = provisioner.limits
    for key, text in (("cpu", limits.cpu), ("memory", limits.memory)):
        quantity = parse_quantity(text) if text is not None else None
        if isinstance(quantity, Finding):
            yield Fault.at(f"{path}.{key}", quantity)
    said_twice = limits.nodes is not None and "max_nodes" in provisioner.model_fields_set
    if said_twice and limits.nodes != provisioner.max_nodes:
        what = f"{limits.nodes}, but maxNodes is {provisioner.max_nodes}"
        yield Fault(f"{path}.nodes", what, "both say the same thing", "remove one of the two")


def _less_than_a_node(
    path: str, provisioner: ProvisionerSettings, types: list[InstanceType]
) -> Iterator[Fault]:
    """A limit that not even one node of the smallest type fits in: Karpenter would wait for ever."""
    limits = provisioner.limits
    least = (
        ("cpu", limits.cpu, min((one.vcpus, one.name) for one in types), "CPUs"),
        ("memory", limits.memory, min((one.memory_mib, one.name) for one in types), "Mi"),
        ("gpus", limits.gpus, min((one.gpus, one.name) for one in types), "GPUs"),
    )
    for key, written, (needed, name), unit in least:
        limit = parse_quantity(str(written)) if written is not None else None
        if isinstance(limit, Decimal) and limit < Decimal(needed) * (2**20 if unit == "Mi" else 1):
            amount = f"{needed}{unit}" if unit == "Mi" else f"{needed} {unit}"
            what = f"{written} is less than the {amount} of one {name}"
            yield Fault(f"{path}.{key}", what, "Karpenter would never launch a node")


def _disruption(path: str, disruption: Disruption) -> Iterator[Fault]:
    if fault := consolidation_fault(disruption.consolidation):
        yield Fault.at(f"{path}.consolidation", fault)
    idle = parse_duration(disruption.consolidate_after, never=True)
    if isinstance(idle, Finding):
        yield Fault.at(f"{path}.consolidateAfter", idle)
    if fault := expiry_fault(disruption.expire_after):
        yield Fault.at(f"{path}.expireAfter", fault)
    grace = disruption.termination_grace_period
    if grace is not None and isinstance(none := parse_duration(grace, whole=True), Finding):
        yield Fault.at(f"{path}.terminationGracePeriod", none)
    for key, budget in (("budget", disruption.budget), ("drift", disruption.drift)):
        if not BUDGET.fullmatch(budget):
            allowed = 'a number of nodes such as "2", or a percentage such as "10%"'
            yield Fault(f"{path}.{key}", f"{quoted(budget)} is not a budget", allowed)


def drift_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Provisioners whose nodes are replaced under their jobs."""
    del account
    for entry in reading.provisioners:
        disruption = entry.settings.disruption
        found = budgets(disruption.budget, disruption.drift)
        if fault := drift_fault(found, 'set "0" again when the nodes are new'):
            yield Fault.at(f"{entry.path}.disruption.drift", fault)
