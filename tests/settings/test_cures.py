"""Every cure that a fault line names is tried: the fault is gone, and its place has no other."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from settings.facts import AwsFacts
from settings.faults import Fault
from tests.settings import (
    test_bad_autoscalers,
    test_bad_clusters,
    test_bad_monitoring,
    test_bad_nccl,
    test_bad_networks,
    test_bad_pools,
    test_bad_provisioners,
    test_bad_releases,
    test_bad_shapes,
    test_settings_versions,
)
from tests.settings.bad_settings import GOOD, PROD, Case, faults_of, spoilt
from tests.settings.cures import TRIGGERS, Change, attempts, steps_of
from tests.settings.region_table import RegionTable

Table = tuple[Mapping[str, Case], Mapping[str, Any], Callable[[], AwsFacts]]

TABLES: dict[str, Table] = {
    "autoscalers": (test_bad_autoscalers.CASES, GOOD, RegionTable),
    "clusters": (test_bad_clusters.CASES, GOOD, RegionTable),
    "monitoring": (test_bad_monitoring.CASES, GOOD, RegionTable),
    "nccl": (test_bad_nccl.CASES, test_bad_nccl.WITH_TEST, RegionTable),
    "networks": (test_bad_networks.CASES, GOOD, RegionTable),
    "production": (test_bad_networks.IN_PRODUCTION, PROD, RegionTable),
    "existing": (test_bad_networks.EXISTING, GOOD, test_bad_networks.with_subnets),
    "pools": (test_bad_pools.CASES, GOOD, RegionTable),
    "provisioners": (test_bad_provisioners.CASES, GOOD, RegionTable),
    "releases": (test_bad_releases.CASES, GOOD, RegionTable),
    "shapes": (test_bad_shapes.CASES, GOOD, RegionTable),
    "versions": (test_settings_versions.FAULTS, GOOD, RegionTable),
}

NOT_BY_A_MACHINE: dict[str, str] = {
    "clusters: too small a service range": "which range it should be",
    "existing: a subnet too small": "which other subnet there is",
    "pools: a capacity block without its id": "the id of a block that the account has",
    "provisioners: memory in GB": "how much: what was meant is less than one node",
    "shapes: a key like no other": "which key was meant",
}
"""Cures that need a decision, and what of."""

EVERY = [(f"{table}: {name}", case, good, facts) for table, (cases, good, facts) in TABLES.items()
         for name, case in cases.items()]  # fmt: skip


def fault_of(case: Case, good: Mapping[str, Any], facts: Callable[[], AwsFacts]) -> Fault:
    (fault,) = (each for each in faults_of(spoilt(case[0], good), facts=facts) if str(each) == case[1])
    return fault


def value_at(raw: Any, path: str) -> object:
    for step in steps_of(path):
        try:
            raw = raw[step]
        except (LookupError, TypeError):
            return None
    return raw


@pytest.mark.parametrize(("name", "case", "good", "facts"), EVERY, ids=[each[0] for each in EVERY])
def test_the_cure_cures(
    name: str, case: Case, good: Mapping[str, Any], facts: Callable[[], AwsFacts]
) -> None:
    raw = spoilt(case[0], good)
    fault = fault_of(case, good, facts)
    tries = list(attempts(fault, value_at(raw, fault.path)))
    if not tries:
        assert name in NOT_BY_A_MACHINE or not TRIGGERS.search(f"{fault.allowed}; {fault.cure}"), str(fault)
    elif name not in NOT_BY_A_MACHINE:
        for choices in tries:
            assert any(_cures(change, raw, fault, facts) for change in choices), str(fault)


def _cures(change: Change, raw: dict[str, Any], fault: Fault, facts: Callable[[], AwsFacts]) -> bool:
    """Whether nothing is said of the fault's place any more."""
    cured = copy.deepcopy(raw)
    change(cured)
    return all(each.path != fault.path for each in faults_of(cured, facts=facts))


def test_every_exception_is_still_one() -> None:
    assert {name for name, *_ in EVERY} >= set(NOT_BY_A_MACHINE)
