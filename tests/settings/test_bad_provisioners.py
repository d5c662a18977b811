"""Limits, disruption, labels, taints and tags that Karpenter, the kubelet, EKS or AWS would refuse."""

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import Case, check, lines_of, settings_of, spoilt

GROUP, POOL = "nodeGroups[0]", "provisioners[0]"
KEY_RULE = 'a key is "name" or "domain/name", the name at most 63 of letters, digits, "-", "_" and "."'
VALUE_RULE = 'a value is at most 63 of letters, digits, "-", "_" and "."'
NO_AGE = "only Never is taken: expiry keeps to no budget; set Never"
WHOLE_DURATIONS = "whole numbers with h, m or s are, such as 720h, 5m or 1h30m"
DURATIONS = f"{WHOLE_DURATIONS}, and Never"
NEVER = "Karpenter would never launch a node"
OWN = "use a domain of your own"
TAG_RULE = "letters, digits, spaces and _ . : / = + - @"


def label(pool: str, key: str, value: str = "x") -> dict[str, object]:
    return {f"{pool}.labels": {key: value}}


def taint(pool: str, **keys: str) -> dict[str, object]:
    return {f"{pool}.taints": [keys]}


CASES: dict[str, Case] = {
    "memory in GB": (
        {f"{POOL}.limits.memory": "100GB"},
        f'{POOL}.limits.memory: "100GB" is not a Kubernetes quantity; use "100Gi"',
    ),
    "negative CPUs": (
        {f"{POOL}.limits.cpu": "-5"},
        f'{POOL}.limits.cpu: "-5" is negative; a quantity here is 0 or more',
    ),
    "fewer GPUs than a node has": (
        {f"{POOL}.limits.gpus": 4},
        f"{POOL}.limits.gpus: 4 is less than the 8 GPUs of one p4d.24xlarge; {NEVER}",
    ),
    "fewer CPUs than a node has": (
        {f"{POOL}.limits.cpu": "64"},
        f"{POOL}.limits.cpu: 64 is less than the 96 CPUs of one p4d.24xlarge; {NEVER}",
    ),
    "less memory than a node has": (
        {f"{POOL}.limits.memory": "1Ti"},
        f"{POOL}.limits.memory: 1Ti is less than the 1179648Mi of one p4d.24xlarge; "
        "Karpenter would never launch a node",
    ),
    "two numbers of nodes": (
        {f"{POOL}.limits.nodes": 9, f"{POOL}.maxNodes": 2},
        f"{POOL}.limits.nodes: 9, but maxNodes is 2; both say the same thing; remove one of the two",
    ),
    "seconds without a unit": (
        {f"{POOL}.disruption.consolidateAfter": "30"},
        f'{POOL}.disruption.consolidateAfter: "30" is not a duration; {DURATIONS}; '
        'name the unit: "30s", "30m" or "30h"',
    ),
    "days": (
        {f"{POOL}.disruption.expireAfter": "30d"},
        f'{POOL}.disruption.expireAfter: "30d" is not a duration; {NO_AGE}',
    ),
    "never in lower case": (
        {f"{POOL}.disruption.expireAfter": "never"},
        f'{POOL}.disruption.expireAfter: "never" is not a duration; {NO_AGE}',
    ),
    "pods that are given for ever": (
        {f"{POOL}.disruption.terminationGracePeriod": "Never"},
        f'{POOL}.disruption.terminationGracePeriod: "Never" is not a duration; {WHOLE_DURATIONS}',
    ),
    "pods that are given a day": (
        {f"{POOL}.disruption.terminationGracePeriod": "1d"},
        f'{POOL}.disruption.terminationGracePeriod: "1d" is not a duration; {WHOLE_DURATIONS}; use "24h"',
    ),
    "a budget above all": (
        {f"{POOL}.disruption.budget": "101%"},
        f'{POOL}.disruption.budget: "101%" is not a budget; '
        'a number of nodes such as "2", or a percentage such as "10%"',
    ),
    "a drift that is none": (
        {f"{POOL}.disruption.drift": "all"},
        f'{POOL}.disruption.drift: "all" is not a budget; '
        'a number of nodes such as "2", or a percentage such as "10%"',
    ),
    "consolidation that moves pods": (
        {f"{POOL}.disruption.consolidation": "WhenEmptyOrUnderutilized"},
        f"{POOL}.disruption.consolidation: WhenEmptyOrUnderutilized would move a running job; set WhenEmpty",
    ),
    "an age, which no budget holds back": (
        {f"{POOL}.disruption.expireAfter": "720h", f"{POOL}.disruption.budget": "0"},
        f"{POOL}.disruption.expireAfter: 720h cuts a job short that runs longer: expiry keeps to no budget; "
        "set Never",
    ),
    "a label of Kubernetes": (
        label(GROUP, "kubernetes.io/arch", "arm64"),
        f'{GROUP}.labels["kubernetes.io/arch"]: kubernetes.io/arch is reserved; Kubernetes sets it; {OWN}',
    ),
    "a role that the kubelet may not take": (
        label(POOL, "node-role.kubernetes.io/gpu"),
        f'{POOL}.labels["node-role.kubernetes.io/gpu"]: node-role.kubernetes.io/gpu is reserved; '
        f"Kubernetes sets it; {OWN}",
    ),
    "a label of Karpenter": (
        label(POOL, "karpenter.sh/capacity-type", "spot"),
        f'{POOL}.labels["karpenter.sh/capacity-type"]: karpenter.sh/capacity-type is reserved; '
        f"Karpenter sets it; {OWN}",
    ),
    "a label of EKS": (
        label(GROUP, "eks.amazonaws.com/nodegroup"),
        f'{GROUP}.labels["eks.amazonaws.com/nodegroup"]: eks.amazonaws.com/nodegroup is reserved; '
        f"EKS sets it; {OWN}",
    ),
    "our own label": (
        label(POOL, "eks-efa/pool"),
        f'{POOL}.labels["eks-efa/pool"]: eks-efa/pool is reserved; this program sets it; {OWN}',
    ),
    "a label with a space": (
        label(POOL, "my team"),
        f'{POOL}.labels["my team"]: "my team" is not the key of a label; {KEY_RULE}',
    ),
    "a label in a domain that is none": (
        label(POOL, "My_Domain/team"),
        f'{POOL}.labels["My_Domain/team"]: "My_Domain/team" is not the key of a label; {KEY_RULE}',
    ),
    "the value of a label with a space": (
        label(POOL, "team", "vision and speech"),
        f'{POOL}.labels["team"]: "vision and speech" is not the value of a label; {VALUE_RULE}',
    ),
    "a label without a value for EKS": (
        label(GROUP, "team", ""),
        f'{GROUP}.labels["team"]: empty; EKS takes no label without a value on a node group',
    ),
    "a label too long for EKS": (
        label(GROUP, "example.com/" + "a" * 60),
        f'{GROUP}.labels["example.com/{"a" * 60}"]: 72 characters are too many; EKS takes at most 63',
    ),
    "more labels than Karpenter takes": (
        {f"{POOL}.labels": {f"label-{number}": "x" for number in range(101)}},
        f"{POOL}.labels: 101 are too many; at most 100",
    ),
    "a taint of Karpenter": (
        taint(POOL, key="karpenter.sh/disrupted"),
        f"{POOL}.taints[0].key: karpenter.sh/disrupted is reserved; Karpenter sets it; {OWN}",
    ),
    "a taint with a space": (
        taint(GROUP, key="my team"),
        f'{GROUP}.taints[0].key: "my team" is not the key of a taint; {KEY_RULE}',
    ),
    "the value of a taint with a space": (
        taint(POOL, key="team", value="vision and speech"),
        f'{POOL}.taints[0].value: "vision and speech" is not the value of a taint; {VALUE_RULE}',
    ),
    "a taint twice": (
        {f"{POOL}.taints": [{"key": "nvidia.com/gpu"}, {"key": "nvidia.com/gpu", "value": "x"}]},
        f"{POOL}.taints[1]: nvidia.com/gpu with effect NoSchedule is listed twice",
    ),
    "a tag of AWS": (
        {"tags": {"AWS:team": "x"}},
        'tags["AWS:team"]: reserved prefix; AWS keeps it; use a prefix of your own',
    ),
    "a tag of Karpenter": (
        {"tags": {"karpenter.sh/nodepool": "x"}},
        'tags["karpenter.sh/nodepool"]: reserved prefix; Karpenter keeps it; use a prefix of your own',
    ),
    "a tag of a cluster": (
        {"tags": {"kubernetes.io/cluster/train": "owned"}},
        'tags["kubernetes.io/cluster/train"]: reserved prefix; it says which cluster owns a resource; '
        "use a prefix of your own",
    ),
    "our own tag in capitals": (
        {"tags": {"Owner": "me"}},
        'tags.Owner: "Owner" differs from the tag "owner" in case only; IAM takes them for one key',
    ),
    "two tags that are one to IAM": (
        {"tags": {"Team": "a", "team": "b"}},
        'tags.team: "team" differs from the tag "Team" in case only; IAM takes them for one key',
    ),
    "a tag without a key": (
        {"tags": {"": "x"}},
        f'tags[""]: "" is not the key of a tag; 1 to 127 {TAG_RULE}',
    ),
    "a tag that IAM cannot take": (
        {"tags": {"team": "a & b"}},
        f'tags.team: "a & b" is not the value of a tag; 0 to 255 {TAG_RULE}',
    ),
    "an owner that IAM cannot take": (
        {"owner": "me; you"},
        f'owner: "me; you" is not the value of a tag; 0 to 255 {TAG_RULE}',
    ),
    "an owner without a name": ({"owner": " "}, "owner: empty; name a team or a person"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_karpenter_kubernetes_or_aws_would_refuse_is_refused(case: Case) -> None:
    check(case)


def test_labels_that_the_kubelet_may_set_and_taints_of_ones_own_are_fine() -> None:
    labels = {"node.kubernetes.io/rack": "7", "kubelet.kubernetes.io/x": "y", "example.com/team": "vision"}
    changes = {f"{pool}.labels": labels for pool in (GROUP, POOL)}
    assert lines_of(spoilt({**changes, **taint(POOL, key="example.com/team", effect="NoExecute")})) == []


@pytest.mark.parametrize("budget", ["0", "2", "0%", "100%"])
def test_a_budget_is_a_number_or_a_percentage(budget: str) -> None:
    assert lines_of(spoilt({f"{POOL}.disruption.budget": budget})) == []


def test_nodes_that_are_replaced_under_their_jobs_are_told_and_deployed() -> None:
    told: list[Fault] = []
    settings_of(spoilt({f"{POOL}.disruption.drift": "1"}), warn=told.append)
    assert [str(warning) for warning in told] == [
        f"{POOL}.disruption.drift: a new image, or a changed label, taint, tag or disk, replaces nodes under "
        'their jobs; set "0" again when the nodes are new'
    ]


@pytest.mark.parametrize("grace", ["30m", "1h30m", None])
def test_pods_may_be_given_some_time_to_go_or_all_they_need(grace: str | None) -> None:
    assert lines_of(spoilt({f"{POOL}.disruption.terminationGracePeriod": grace})) == []


def test_limits_of_just_one_node_are_fine() -> None:
    limits = {"cpu": "96", "memory": "1152Gi", "gpus": 8, "nodes": 1}
    assert lines_of(spoilt({f"{POOL}.limits": limits})) == []
