"""Good settings, and a way to spoil them: what the tables of bad settings are checked with."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from settings.examine import Surroundings, examine
from settings.facts import AwsFacts
from settings.faults import Fault, SettingsError
from settings.tree import Settings
from tests.settings.region_table import RegionTable

REGION = "us-west-2"
RESERVATION = "cr-0123456789abcdef0"
RELEASE = "v20260714"

PRIVATE_WAY: dict[str, Any] = {"cidrs": ["10.20.0.0/16"], "vpcConnected": True}
"""How whoever deploys reaches a private endpoint."""

GOOD: dict[str, Any] = {
    "cluster": {"name": "train", "privateAccess": PRIVATE_WAY},
    "nodeGroups": [{"name": "by-hand", "instanceType": "p5.48xlarge"}],
    "provisioners": [{"name": "elastic", "instanceTypes": ["p4d.24xlarge"]}],
}

ADDONS = {
    "vpcCni": "v1.22.4-eksbuild.3",
    "kubeProxy": "v1.35.3-eksbuild.21",
    "coredns": "v1.13.2-eksbuild.21",
    "podIdentityAgent": "v1.3.10-eksbuild.3",
    "ebsCsiDriver": "v1.63.1-eksbuild.1",
}

PROD: dict[str, Any] = {
    "environment": "prod",
    "network": {"natGateways": "one-per-zone"},
    "cluster": {
        "name": "train",
        "privateAccess": PRIVATE_WAY,
        "deletionProtection": True,
        "addons": ADDONS,
    },
    "nodeGroups": [{"name": "by-hand", "instanceType": "p5.48xlarge", "ami": {"release": RELEASE}}],
    "provisioners": [{"name": "elastic", "instanceTypes": ["p4d.24xlarge"], "ami": {"release": RELEASE}}],
}

Changes = Mapping[str, object]
Case = tuple[Changes, str]
"""What is changed, by path, and the one line that comes of it."""


def spoilt(changes: Changes, good: Mapping[str, Any] = GOOD) -> dict[str, Any]:
    """A copy of good settings with the value at each path replaced; maps on the way are made."""
    raw: dict[str, Any] = copy.deepcopy(dict(good))
    for path, value in changes.items():
        *parents, last = (int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path))
        here: Any = raw
        for step in parents:
            here = here.setdefault(step, {}) if isinstance(here, dict) else here[step]
        here[last] = copy.deepcopy(value)
    return raw


def settings_of(raw: Mapping[str, Any], **circumstances: Any) -> Settings:
    given: dict[str, Any] = {"region": REGION, "environ": {}, "facts": RegionTable, **circumstances}
    settings = examine(raw, Surroundings(**given))
    assert isinstance(settings, Settings)
    return settings


def lines_of(raw: Mapping[str, Any], **circumstances: Any) -> list[str]:
    """The fault lines, none where the settings are good."""
    return [str(fault) for fault in faults_of(raw, **circumstances)]


def faults_of(raw: Mapping[str, Any], **circumstances: Any) -> tuple[Fault, ...]:
    try:
        settings_of(raw, **circumstances)
    except SettingsError as error:
        return error.faults
    return ()


def check(case: Case, good: Mapping[str, Any] = GOOD, facts: Callable[[], AwsFacts] = RegionTable) -> None:
    """Assert that the changes give that one line and no other."""
    changes, line = case
    assert lines_of(spoilt(changes, good), facts=facts) == [line]
