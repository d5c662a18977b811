"""Settings of the wrong shape: keys, kinds of value, choices and ranges."""

import pytest

from tests.settings.bad_settings import GOOD, Case, check, lines_of, spoilt
from tests.settings.existing_clusters import PRIVATE

NODE_GROUP_KEYS = (
    "ami, capacityType, desiredNodes, diskGib, efa, instanceType, keyPair, labels, maxNodes, minNodes, name, "
    "placementGroup, reservationId, storage, taints, zone"
)
MINORS = '"1.32", "1.33", "1.34", "1.35", "1.36", "1.37"'
NOT_A_LABEL = 'is not a DNS label (a-z, 0-9, "-", max 63)'
LONG = "a" * 55

CASES: dict[str, Case] = {
    "unknown key": ({"cluster.verison": "1.35"}, 'cluster.verison: unknown key; did you mean "version"?'),
    "another tool's key": ({"nodePools": []}, 'nodePools: unknown key; did you mean "provisioners"?'),
    "python's spelling": (
        {"nodeGroups[0].min_nodes": 1},
        'nodeGroups[0].min_nodes: unknown key; did you mean "minNodes"?',
    ),
    "a key like no other": (
        {"nodeGroups[0].colour": 1},
        f"nodeGroups[0].colour: unknown key; allowed: {NODE_GROUP_KEYS}",
    ),
    "text for a number": (
        {"nodeGroups[0].minNodes": "two"},
        'nodeGroups[0].minNodes: expected a whole number, got "two"',
    ),
    "a number in quotes": (
        {"nodeGroups[0].minNodes": "2"},
        'nodeGroups[0].minNodes: expected a whole number, got "2"; remove the quotes',
    ),
    "a fraction": (
        {"nodeGroups[0].maxNodes": 2.5},
        "nodeGroups[0].maxNodes: expected a whole number, got 2.5",
    ),
    "text for a boolean": (
        {"nodeGroups[0].efa": "yes"},
        'nodeGroups[0].efa: expected true or false, got "yes"; write true, no quotes',
    ),
    "a number for a boolean": ({"sandbox": 1}, "sandbox: expected true or false, got 1"),
    "a number for text": ({"owner": 5}, 'owner: expected text, got 5; put it in quotes: "5"'),
    "a boolean for text": (
        {"nodeGroups[0].labels.on": True},
        'nodeGroups[0].labels.on: expected text, got true; put it in quotes: "true"',
    ),
    "a number for a quantity": (
        {"provisioners[0].limits.cpu": 1000},
        'provisioners[0].limits.cpu: expected text, got 1000; put it in quotes: "1000"',
    ),
    "a number for a duration": (
        {"provisioners[0].disruption.expireAfter": 720},
        'provisioners[0].disruption.expireAfter: "720" is not a duration; '
        "only Never is taken: expiry keeps to no budget; set Never",
    ),
    "a number for Karpenter's duration": (
        {"karpenter.batchIdleDuration": 2},
        "karpenter.batchIdleDuration: 2 is not a duration; "
        "a duration is numbers with h, m, s or ms, such as 10s, 500ms or 1m30s; "
        'name the unit: "2s", "2m" or "2h"',
    ),
    "a map for a list": ({"nodeGroups": {"a": 1}}, "nodeGroups: expected a list, got a map"),
    "text for a list": (
        {"provisioners[0].instanceTypes": "p5.48xlarge"},
        'provisioners[0].instanceTypes: expected a list, got "p5.48xlarge"; write ["p5.48xlarge"]',
    ),
    "a list as text": (
        {"provisioners[0].instanceTypes": '["p5.48xlarge"]'},
        'provisioners[0].instanceTypes: expected a list, got text with one in it: "[\\"p5.48xlarge\\"]"; '
        "set each entry: pulumi config set --path 'provisioners[0].instanceTypes[0]' <value>",
    ),
    "a map as text": (
        {"provisioners[0].limits": '{"gpus": 8}'},
        'provisioners[0].limits: expected a map, got text with one in it: "{\\"gpus\\": 8}"; '
        "set each key: pulumi config set --path 'provisioners[0].limits.<key>' <value>",
    ),
    "a list for a map": (
        {"nodeGroups[0].labels": ["a"]},
        "nodeGroups[0].labels: expected a map, got a list",
    ),
    "text for an entry": ({"nodeGroups[0]": "train"}, 'nodeGroups[0]: expected a map, got "train"'),
    "nothing for a branch": (
        {"network": None},
        "network: expected a map, got nothing (an empty value); remove the key for its defaults",
    ),
    "nothing for a branch that must be": (
        {"cluster": None},
        "cluster: missing; run: pulumi config set --path 'cluster.name' train",
    ),
    "a missing value": (
        {"provisioners[0]": {"name": "elastic"}},
        "provisioners[0].instanceTypes: missing; "
        "run: pulumi config set --path 'provisioners[0].instanceTypes[0]' p5.48xlarge",
    ),
    "an empty list": (
        {"provisioners[0].instanceTypes": []},
        "provisioners[0].instanceTypes: at least one is needed",
    ),
    "one of two or more": (
        {
            "network.existing": {
                "vpcId": "vpc-0123456789abcdef0",
                "privateSubnetIds": {"us-west-2a": "subnet-1"},
            }
        },
        "network.existing.privateSubnetIds: at least 2 are needed, got 1",
    ),
    "a name with capitals and spaces": (
        {"nodeGroups[0].name": "Train GPU"},
        f'nodeGroups[0].name: "Train GPU" {NOT_A_LABEL}',
    ),
    "a name too long": (
        {"provisioners[0].name": "a" * 64},
        f'provisioners[0].name: "{LONG}..." {NOT_A_LABEL}',
    ),
    "a cluster name with a dash in front": (
        {"cluster.name": "-train"},
        'cluster.name: "-train" must match ^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$',
    ),
    "a cluster name too long": (
        {"cluster.name": "a" * 101},
        f'cluster.name: "{LONG}..." must match ^[0-9A-Za-z][A-Za-z0-9_-]{{0,99}}$',
    ),
    "a version without quotes": (
        {"cluster.version": 1.30},
        f"cluster.version: 1.3 is a number to YAML, not a version; use one of {MINORS}; quote it in YAML",
    ),
    "a release without quotes": (
        {"karpenter.version": 1.14},
        'karpenter.version: 1.14 is a number to YAML, not a version; use text such as "1.14.0"; '
        "quote it in YAML",
    ),
    "a choice misspelt": (
        {"nodeGroups[0].taints": [{"key": "a", "effect": "NoSchedul"}]},
        'nodeGroups[0].taints[0].effect: "NoSchedul" is not a choice; '
        'allowed: NoSchedule, PreferNoSchedule, NoExecute; did you mean "NoSchedule"?',
    ),
    "a choice that is none": (
        {"environment": "live"},
        'environment: "live" is not a choice; allowed: dev, prod',
    ),
    "neither boolean nor name": (
        {"nodeGroups[0].placementGroup": 3},
        "nodeGroups[0].placementGroup: expected true, false or a name, got 3",
    ),
    "a malformed reservation": (
        {"nodeGroups[0].reservationId": "cr-12"},
        'nodeGroups[0].reservationId: "cr-12" is not cr- plus 17 hex digits',
    ),
    "a malformed reservation in a list": (
        {"provisioners[0].reservationIds": ["cr-12"]},
        'provisioners[0].reservationIds[0]: "cr-12" is not cr- plus 17 hex digits',
    ),
    "a malformed VPC id": (
        {"network.existing": {"vpcId": "vpc-x", "privateSubnetIds": PRIVATE}},
        'network.existing.vpcId: "vpc-x" is not vpc- plus 8 to 17 hex digits',
    ),
    "too small a number": (
        {"nodeGroups[0].maxNodes": 0},
        "nodeGroups[0].maxNodes: 0 is too small; at least 1",
    ),
    "a negative limit": (
        {"provisioners[0].limits.gpus": -1},
        "provisioners[0].limits.gpus: -1 is too small; at least 0",
    ),
    "too large a number": (
        {"provisioners[0].weight": 101},
        "provisioners[0].weight: 101 is too large; at most 100",
    ),
    "too many tags": (
        {"tags": {f"tag{number}": "" for number in range(41)}},
        "tags: 41 are too many; at most 40; AWS allows 50, the program and EKS add theirs",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_wrong_shape_is_told_in_the_words_of_the_stack_file(case: Case) -> None:
    check(case)


def test_the_good_settings_of_these_tests_are_good() -> None:
    assert lines_of(GOOD) == []


def test_a_stack_without_a_cluster_is_told_how_to_name_one() -> None:
    lines = lines_of({key: value for key, value in GOOD.items() if key != "cluster"})
    assert lines == ["cluster: missing; run: pulumi config set --path 'cluster.name' train"]


def test_a_stack_needs_nodes_of_some_kind() -> None:
    cure = "add one under nodeGroups or provisioners"
    line = f"provisioners: at least one node group or provisioner is needed; {cure}"
    assert lines_of(spoilt({"nodeGroups": [], "provisioners": []})) == [line]
    assert lines_of(spoilt({"nodeGroups": []})) == lines_of(spoilt({"provisioners": []})) == []


@pytest.mark.parametrize(
    ("region", "line"),
    [
        (None, "aws:region: missing; run: pulumi config set aws:region us-west-2"),
        ("us-west-2a", 'aws:region: "us-west-2a" is a zone; did you mean "us-west-2"?'),
        ("Oregon", 'aws:region: "Oregon" is not a region; such as us-west-2'),
    ],
)
def test_the_region_must_be_one(region: str | None, line: str) -> None:
    assert lines_of(GOOD, region=region) == [line]
