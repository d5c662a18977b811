from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.engine.handlers.nat import NatGateway
from sandbox.engine.plan import (
    Action,
    Decision,
    Rules,
    decide,
    describe,
    differences,
    expected_outputs,
    with_ignored,
)
from sandbox.engine.values import UNKNOWN

NAMED = Rules(
    replace_on=frozenset({"name", "spec.selector"}),
    identity=frozenset({"name"}),
    named_anew=frozenset({"name"}),
)
GROUP = Rules(
    replace_on=frozenset({"clusterName", "nodeGroupNamePrefix", "vpcId", "description"}),
    identity=frozenset({"clusterName", "nodeGroupName"}),
    named_anew=frozenset({"nodeGroupName"}),
)


@dataclass
class Case:
    old: dict[str, Any]
    new: dict[str, Any]
    expected: Decision
    rules: Rules = field(default_factory=lambda: NAMED)


CASES = {
    "nothing changed": Case({"name": "a", "size": 1}, {"name": "a", "size": 1}, Decision(Action.SAME)),
    "a value changed": Case(
        {"name": "a", "size": 1}, {"name": "a", "size": 2}, Decision(Action.UPDATE, ("size",))
    ),
    "a value came": Case({"name": "a"}, {"name": "a", "size": 2}, Decision(Action.UPDATE, ("size",))),
    "a value went": Case({"name": "a", "size": 2}, {"name": "a"}, Decision(Action.UPDATE, ("size",))),
    "a list grew": Case({"zones": ["a"]}, {"zones": ["a", "b"]}, Decision(Action.UPDATE, ("zones[1]",))),
    "a list changed order": Case(
        {"zones": ["a", "b"]}, {"zones": ["b", "a"]}, Decision(Action.UPDATE, ("zones[0]", "zones[1]"))
    ),
    "deep in a list of maps": Case(
        {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}},
        {"spec": {"taints": [{"key": "a", "effect": "NoExecute"}]}},
        Decision(Action.UPDATE, ("spec.taints[0].effect",)),
    ),
    "a key with dots": Case(
        {"tags": {"karpenter.sh/discovery": "a"}},
        {"tags": {"karpenter.sh/discovery": "b"}},
        Decision(Action.UPDATE, ('tags["karpenter.sh/discovery"]',)),
    ),
    "true is not 1": Case({"on": 1}, {"on": True}, Decision(Action.UPDATE, ("on",))),
    "an unknown value may be the same": Case(
        {"name": "a", "subnet": "s"}, {"name": "a", "subnet": UNKNOWN}, Decision(Action.UPDATE, ("subnet",))
    ),
    "another name: the new one first": Case(
        {"name": "a"}, {"name": "b"}, Decision(Action.REPLACE, ("name",), ("name",), delete_first=False)
    ),
    "the same name: the old one goes first": Case(
        {"name": "a", "spec": {"selector": {"app": "x"}}},
        {"name": "a", "spec": {"selector": {"app": "y"}}},
        Decision(Action.REPLACE, ("spec.selector.app",), ("spec.selector.app",), delete_first=True),
    ),
    "no name given: the engine names it anew": Case(
        {"spec": {"selector": 1}},
        {"spec": {"selector": 2}},
        Decision(Action.REPLACE, ("spec.selector",), ("spec.selector",), delete_first=False),
    ),
    "a prefix alone: every one made with it has a name of its own": Case(
        {"clusterName": "c", "nodeGroupNamePrefix": "a"},
        {"clusterName": "c", "nodeGroupNamePrefix": "b"},
        Decision(Action.REPLACE, ("nodeGroupNamePrefix",), ("nodeGroupNamePrefix",), delete_first=False),
        GROUP,
    ),
    "a name that is left out from now on": Case(
        {"clusterName": "c", "nodeGroupName": "a", "description": "x"},
        {"clusterName": "c", "description": "y"},
        Decision(Action.REPLACE, ("description", "nodeGroupName"), ("description",), delete_first=False),
        GROUP,
    ),
    "the same name in the same cluster: the old one goes first": Case(
        {"clusterName": "c", "nodeGroupName": "a", "description": "x"},
        {"clusterName": "c", "nodeGroupName": "a", "description": "y"},
        Decision(Action.REPLACE, ("description",), ("description",), delete_first=True),
        GROUP,
    ),
    "the same name in another cluster": Case(
        {"clusterName": "c", "nodeGroupName": "a"},
        {"clusterName": "d", "nodeGroupName": "a"},
        Decision(Action.REPLACE, ("clusterName",), ("clusterName",), delete_first=False),
        GROUP,
    ),
    "what is left out but not named anew is the same default twice": Case(
        {"name": "a", "description": "x"},
        {"name": "a", "description": "y"},
        Decision(Action.REPLACE, ("description",), ("description",), delete_first=True),
        Rules(frozenset({"description"}), frozenset({"name", "vpcId"}), frozenset({"name"})),
    ),
    "private gateways: none has an address that two would share": Case(
        {"connectivityType": "private", "subnetId": "a"},
        {"connectivityType": "private", "subnetId": "b"},
        Decision(Action.REPLACE, ("subnetId",), ("subnetId",), delete_first=False),
        Rules(NatGateway.replace_on, NatGateway.identity, NatGateway.named_anew),
    ),
    "a whole branch that holds a fixed property": Case(
        {"name": "a", "spec": {"selector": 1}},
        {"name": "a"},
        Decision(Action.REPLACE, ("spec",), ("spec",), delete_first=True),
    ),
    "an unknown fixed property": Case(
        {"name": "a"}, {"name": UNKNOWN}, Decision(Action.REPLACE, ("name",), ("name",), delete_first=False)
    ),
    "the program wants the old one gone first": Case(
        {"name": "a"},
        {"name": "b"},
        Decision(Action.REPLACE, ("name",), ("name",), delete_first=True),
        Rules(frozenset({"name"}), frozenset({"name"}), delete_before_replace=True),
    ),
    "two can never be side by side": Case(
        {"name": "a"},
        {"name": "b"},
        Decision(Action.REPLACE, ("name",), ("name",), delete_first=True),
        Rules(frozenset({"name"}), None),
    ),
    "two can always be side by side": Case(
        {"name": "a", "cidr": "x"},
        {"name": "a", "cidr": "y"},
        Decision(Action.REPLACE, ("cidr",), ("cidr",), delete_first=False),
        Rules(frozenset({"cidr"}), frozenset()),
    ),
    "any element of a list": Case(
        {"disks": [{"size": 1, "kind": "a"}]},
        {"disks": [{"size": 1, "kind": "b"}]},
        Decision(Action.REPLACE, ("disks[0].kind",), ("disks[0].kind",), delete_first=False),
        Rules(frozenset({"disks[*].kind"}), frozenset()),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_a_change_needs(case: Case) -> None:
    assert decide(case.old, case.new, case.rules) == case.expected


def test_a_list_that_becomes_a_map_is_one_difference() -> None:
    assert differences({"a": [1]}, {"a": {"b": 1}}) == ("a",)


IGNORED = [
    (["scaling.desired"], {"scaling": {"desired": 2, "max": 5}}, {"scaling": {"desired": 7, "max": 5}}),
    (["tags"], {"tags": {"a": "1"}}, {"tags": {"b": "2"}}),
    (['tags["k8s.io/x"]'], {"tags": {"k8s.io/x": "1"}}, {"tags": {"k8s.io/x": "2"}}),
    (["rules[0].port"], {"rules": [{"port": 1}, {"port": 2}]}, {"rules": [{"port": 9}, {"port": 2}]}),
    (["rules[*].port"], {"rules": [{"port": 1}, {"port": 2}]}, {"rules": [{"port": 8}, {"port": 9}]}),
    (["size"], {}, {"size": 3}),
    (["size"], {"size": 3}, {}),
]


@pytest.mark.parametrize(("paths", "old", "new"), IGNORED)
def test_ignored_changes_keep_the_old_value(
    paths: list[str], old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert with_ignored(old, new, paths) == old


def test_what_is_not_ignored_still_changes() -> None:
    old, new = {"scaling": {"desired": 2, "max": 5}}, {"scaling": {"desired": 7, "max": 6}}
    assert with_ignored(old, new, ["scaling.desired"]) == {"scaling": {"desired": 2, "max": 6}}
    assert new["scaling"]["desired"] == 7


def test_a_preview_expects_old_outputs_with_new_inputs_over_them() -> None:
    old_outputs = {"arn": "arn:x", "size": 1, "note": "old", "latestVersion": 3}
    expected = expected_outputs(
        {"size": 1, "note": "old"}, old_outputs, {"size": UNKNOWN}, frozenset({"latestVersion"})
    )
    assert expected == {"arn": "arn:x", "size": UNKNOWN, "latestVersion": UNKNOWN}


def test_a_changed_path_says_when_its_new_value_is_not_known() -> None:
    new = {"spec": {"subnets": [UNKNOWN]}, "size": 2}
    assert describe("spec.subnets", new) == "spec.subnets (not known yet)"
    assert describe("spec.subnets[0]", new) == "spec.subnets[0] (not known yet)"
    assert describe("size", new) == "size"
    assert describe("gone", new) == "gone"
