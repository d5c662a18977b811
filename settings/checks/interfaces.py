"""Checks of network interfaces: layouts that the planner can make and that Karpenter can say."""

from collections.abc import Iterator

from knowledge.efa_interfaces import (
    InterfacePlan,
    UnplannableError,
    efa_count,
    node_class_fault,
    plan_interfaces,
)
from knowledge.hardware import InstanceType
from knowledge.karpenter_dynamic import dynamic_faults
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import counted


def check_interfaces(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the interface layouts of node groups and provisioners."""
    if not account:
        return
    for pool in pools_of(reading):
        if pool.efa == "none":
            continue
        plans: dict[str, InterfacePlan] = {}
        for path, name in pool.types:
            known = account.types.get(name)
            if known and known.efa_interfaces:
                try:
                    plans[name] = plan_interfaces(known)
                except UnplannableError as error:
                    yield Fault(path, str(error))
                else:
                    yield from _karpenter(path, pool, known, plans[name])
        if pool.efa == "static":
            yield from _one_layout(pool, plans)


def _karpenter(path: str, pool: Pool, known: InstanceType, plan: InterfacePlan) -> Iterator[Fault]:
    """What Karpenter cannot be told, or does wrong of its own accord."""
    if not pool.by_karpenter:
        return
    if pool.efa == "static":
        if fault := node_class_fault(plan):
            yield Fault(path, f"{known.name} cannot be in a provisioner with EFA", fault)
    else:
        for reason in dynamic_faults(known, plan):
            what = f"the dynamic layout of {known.name} {reason}"
            yield Fault(path, what, cure=f'set {pool.path}.efa to "static"')


def _one_layout(pool: Pool, plans: dict[str, InterfacePlan]) -> Iterator[Fault]:
    """An EC2NodeClass has one layout, which every type of the provisioner gets."""
    first = next(iter(plans), "")
    for name, plan in plans.items():
        if plan != plans[first]:
            counts = [counted(efa_count(plans[other]), "EFA interface") for other in (first, name)]
            what = f"{first} ({counts[0]}) and {name} ({counts[1]}) cannot share one static layout"
            yield Fault(f"{pool.path}.instanceTypes", what, cure="split it into two provisioners")
            return
