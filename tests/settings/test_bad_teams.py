"""What is wrong with a team or its provisioners is one line, before anything is made on the platform."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.examine import Surroundings, examine
from settings.faults import SettingsError
from settings.neighbours import Neighbour, neighbours_of, platform_admins
from settings.tenant import TenantSettings
from tests.settings.bad_settings import REGION, Case, spoilt
from tests.settings.region_table import RegionTable

PLATFORM = "acme/eks-efa-karpenter/prod"
TEAM: dict[str, Any] = {
    "platform": PLATFORM,
    "team": {
        "name": "vision",
        "quota": {"gpus": 16, "efaInterfaces": 8},
        "roleArn": "arn:aws:iam::111122223333:role/vision",
    },
    "provisioners": [{"name": "vision-p4d", "instanceTypes": ["p4d.24xlarge"], "zone": "us-west-2a"}],
    "nccl": {"pool": "vision-p4d"},
}
SPEECH = Neighbour("speech", PLATFORM, {"name": "speech", "namespace": "talk"}, ("speech-p5",))
POOLS = "names of pools are those of the whole cluster: choose another"


def examined(raw: dict[str, Any], *neighbours: Neighbour) -> TenantSettings:
    settings = examine(raw, Surroundings(REGION, {}, RegionTable, neighbours=neighbours))
    assert isinstance(settings, TenantSettings)
    return settings


def lines_of(raw: dict[str, Any], *neighbours: Neighbour) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        examined(raw, *neighbours)
    return [str(fault) for fault in refused.value.faults]


CASES: dict[str, Case] = {
    "no quota": (
        {"team": {"name": "vision"}},
        "team.quota: missing; run: pulumi config set --path 'team.quota.gpus' 16",
    ),
    "half a quota": (
        {"team.quota": {"gpus": 16}},
        "team.quota.efaInterfaces: missing; run: pulumi config set --path 'team.quota.efaInterfaces' 8",
    ),
    "less than nothing": ({"team.quota.gpus": -1}, "team.quota.gpus: -1 is too small; at least 0"),
    "a misspelt key": ({"team.qouta": {}}, 'team.qouta: unknown key; did you mean "quota"?'),
    "CPUs that are no quantity": (
        {"team.quota.cpu": "many"},
        'team.quota.cpu: "many" is not a Kubernetes quantity; write a number and a suffix, such as "100Gi"',
    ),
    "storage that is no quantity": (
        {"team.quota.storage": "1 TiB"},
        'team.quota.storage: "1 TiB" is not a Kubernetes quantity; '
        'write a number and a suffix, such as "100Gi"',
    ),
    "memory by default that is no quantity": (
        {"team.defaults.memory": "1GB"},
        'team.defaults.memory: "1GB" is not a Kubernetes quantity; use "1Gi"',
    ),
    "a name with a capital": (
        {"team.name": "Vision"},
        'team.name: "Vision" is not a DNS label (a-z, 0-9, "-", max 63)',
    ),
    "a namespace of the cluster": (
        {"team.namespace": "kube-system"},
        'team.namespace: namespace "kube-system" is the platform\'s; choose another',
    ),
    "a team called as a namespace of the platform": (
        {"team.name": "monitoring"},
        'team.name: namespace "monitoring" is the platform\'s; choose another, or set team.namespace',
    ),
    "a role that is none": (
        {"team.roleArn": "vision"},
        'team.roleArn: "vision" is not the ARN of an IAM role; such as arn:aws:iam::111122223333:role/admin',
    ),
    "a role of another partition": (
        {"team.roleArn": "arn:aws-cn:iam::111122223333:role/vision"},
        "team.roleArn: role is in partition aws-cn but the stack is in aws",
    ),
    "a session": (
        {"team.roleArn": "arn:aws:sts::111122223333:assumed-role/vision/me"},
        "team.roleArn: a session of a role cannot have an access entry; "
        "give the role: arn:aws:iam::<account>:role/<name>",
    ),
    "a range with host bits": (
        {"team.egressCidrs": ["10.0.0.1/16"]},
        "team.egressCidrs[0]: 10.0.0.1/16 has host bits set; did you mean 10.0.0.0/16?",
    ),
    "a provisioner without a zone": (
        {"provisioners[0].zone": None},
        "provisioners[0].zone: missing; the platform has a subnet in some zones only; "
        "run: pulumi config set --path 'provisioners[0].zone' <zone of the platform>",
    ),
    "an unknown type": (
        {"provisioners[0].instanceTypes": ["p4d.42xlarge"]},
        'provisioners[0].instanceTypes[0]: unknown type "p4d.42xlarge" in us-west-2; '
        'did you mean "p4d.24xlarge"?',
    ),
    "a taint of another team": (
        {"provisioners[0].taints": [{"key": "eks-efa/team", "value": "speech"}]},
        "provisioners[0].taints[0].key: eks-efa/team is reserved; this program sets it; "
        "use a domain of your own",
    ),
    "a test of more nodes than the pool may have": (
        {"nccl.nodes": 9},
        "nccl.nodes: 9 is more than provisioners[0].maxNodes 4",
    ),
    "a test that mounts devices of the host": (
        {"nccl.efaMount": True},
        "nccl.efaMount: true, but namespace vision lets no pod mount the host's devices; remove it",
    ),
    "a test where nobody may be root": (
        {"team.podSecurity": "restricted"},
        'team.podSecurity: "restricted" forbids the test, whose workers run as root; '
        "set baseline, or remove nccl.pool",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_wrong_with_a_team_is_one_line(case: Case) -> None:
    changes, line = case
    assert lines_of(spoilt(changes, TEAM)) == [line]


def test_a_good_team_is_read() -> None:
    settings = examined(TEAM, SPEECH)
    assert settings.team is not None
    assert (settings.team.home, settings.team.quota.gpus) == ("vision", 16)


def test_provisioners_without_a_team_are_refused() -> None:
    raw = {key: value for key, value in TEAM.items() if key != "team"}
    assert lines_of(raw) == [
        "team: missing; provisioners of a stack on a platform are a team's; "
        "run: pulumi config set --path 'team.name' <name>"
    ]


def test_a_team_on_a_cluster_of_its_own_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        examine({"cluster": {"name": "a"}, "team": TEAM["team"]}, Surroundings(REGION, {}, None))
    assert "team: only for a stack on a platform; run: pulumi config set platform" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"team.name": "speech"},
            'team.name: "speech" is the team of stack speech; '
            "one team has one stack on a platform: choose another name",
        ),
        ({"team.name": "talk"}, 'team.name: namespace "talk" is that of stack speech; choose another'),
        (
            {"team.namespace": "talk"},
            'team.namespace: namespace "talk" is that of stack speech; choose another',
        ),
        (
            {"provisioners[0].name": "speech-p5", "nccl": {}},
            'provisioners[0].name: "speech-p5" is a provisioner of stack speech; '
            f"there are speech-p5; {POOLS}",
        ),
    ],
)
def test_what_another_team_of_the_platform_has_is_taken(changes: dict[str, object], line: str) -> None:
    assert lines_of(spoilt(changes, TEAM), SPEECH) == [line]


def test_teams_of_another_platform_may_be_called_the_same() -> None:
    elsewhere = Neighbour("other", "acme/eks-efa-karpenter/dev", {"name": "vision"}, ("vision-p4d",))
    assert examined(TEAM, elsewhere).team is not None


ROLE = TEAM["team"]["roleArn"]
ONE_ENTRY = "a role has one access entry in a cluster; give the team a role of its own"


@pytest.mark.parametrize("admin", [ROLE, "arn:aws:iam::111122223333:role/people/vision"])
def test_a_role_that_administers_the_platform_is_no_teams(admin: str) -> None:
    with pytest.raises(SettingsError) as refused:
        examine(TEAM, Surroundings(REGION, {}, RegionTable, admins_of={PLATFORM: (admin,)}.__getitem__))
    assert [str(fault) for fault in refused.value.faults] == [
        f"team.roleArn: {ROLE} is an administrator's of {PLATFORM}; {ONE_ENTRY}"
    ]


def test_a_role_of_another_team_on_the_platform_is_not_this_ones() -> None:
    theirs = {"name": "speech", "roleArn": ROLE}
    assert lines_of(TEAM, Neighbour("speech", PLATFORM, theirs, ())) == [
        f"team.roleArn: {ROLE} is that of stack speech; {ONE_ENTRY}"
    ]
    elsewhere = Neighbour("speech", "acme/eks-efa-karpenter/dev", theirs, ())
    assert examined(TEAM, elsewhere).team is not None


def test_administrators_are_those_of_the_platforms_own_file(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "prod": {"config": {"p:cluster": {"name": "x", "adminRoleArns": [ROLE, 7]}}},
        "bare": {"config": {"p:cluster": {"name": "x"}}},
        "broken": "no map",
    }
    for stack, content in files.items():
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content))
    assert platform_admins(tmp_path, "p", "acme/p/prod") == (ROLE,)
    for platform in ("acme/other/prod", "acme/p/elsewhere", "acme/p/bare", "acme/p/broken"):
        assert platform_admins(tmp_path, "p", platform) == ()


def test_neighbours_are_the_stacks_with_a_file_that_names_a_platform(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "prod": {"config": {"p:cluster": {"name": "x"}}},
        "vision": {"config": {"p:platform": PLATFORM, "p:team": {"name": "vision"}}},
        "speech": {
            "config": {
                "p:platform": PLATFORM,
                "p:team": {"name": "speech", "namespace": "talk"},
                "p:provisioners": [{"name": "speech-p5"}, "nonsense"],
            }
        },
        "broken": "no map",
    }
    for stack, content in files.items():
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(content))
    assert neighbours_of(tmp_path, "p", "vision") == (SPEECH,)
