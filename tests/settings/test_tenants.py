"""The settings of stacks that live on another's cluster."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings.examine import Surroundings, examine
from settings.faults import Fault, SettingsError
from settings.places import keys_of
from settings.tenant import TenantSettings
from settings.tree import Settings
from tests.settings.bad_settings import GOOD, REGION, spoilt
from tests.settings.region_table import RegionTable

PLATFORM = "acme/eks-efa-karpenter/prod"
TENANT: dict[str, Any] = {"platform": PLATFORM, "owner": "vision", "nccl": {"pool": "train"}}
NOT_A_STACK = "is not organization/project/stack"


def examined(raw: dict[str, Any], **circumstances: Any) -> Settings | TenantSettings:
    def facts() -> Any:
        raise AssertionError("a tenant asks AWS nothing")

    given: dict[str, Any] = {"region": REGION, "environ": {}, "facts": facts, **circumstances}
    return examine(raw, Surroundings(**given))


def lines_of(raw: dict[str, Any], **circumstances: Any) -> list[str]:
    try:
        examined(raw, **circumstances)
    except SettingsError as error:
        return [str(fault) for fault in error.faults]
    return []


CASES: dict[str, tuple[dict[str, object], str]] = {
    "a stack without its project": ({"platform": "acme/prod"}, f'platform: "acme/prod" {NOT_A_STACK}'),
    "a stack with a space": ({"platform": "a/b/c d"}, f'platform: "a/b/c d" {NOT_A_STACK}'),
    "a cluster as well": (
        {"cluster": {"name": "mine"}},
        "cluster: not used on a platform, which has its own; remove it, or platform",
    ),
    "node groups as well": (
        {"nodeGroups": [{"name": "a"}]},
        "nodeGroups: not used on a platform, which has its own; remove it, or platform",
    ),
    "an unknown key": ({"ownr": "me"}, 'ownr: unknown key; did you mean "owner"?'),
    "an owner without a name": ({"owner": ""}, "owner: empty; name a team or a person"),
    "a tag of AWS": (
        {"tags": {"aws:x": "y"}},
        'tags["aws:x"]: reserved prefix; AWS keeps it; use a prefix of your own',
    ),
    "one node": ({"nccl.nodes": 1}, "nccl.nodes: 1 proves no network; at least 2"),
    "sizes the wrong way round": (
        {"nccl.minBytes": "4G"},
        "nccl.minBytes: 4G is more than maxBytes 2G",
    ),
    "an image that is none": (
        {"nccl.image": "A B"},
        'nccl.image: "A B" is not an image; write it as registry/name:tag',
    ),
    "huge pages": (
        {"nccl.hugepages": True},
        "nccl.hugepages: true, but only the platform can tell its Karpenter of huge pages; remove it",
    ),
    "a test without a pool": (
        {"nccl": {"nodes": 2}},
        "nccl.pool: missing; the test is of the nodes of one pool; "
        "run: pulumi config set --path 'nccl.pool' <node group or provisioner>",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_wrong_with_a_tenant_is_one_line(case: tuple[dict[str, object], str]) -> None:
    changes, line = case
    assert lines_of(spoilt(changes, TENANT)) == [line]


def test_a_tenant_is_read_without_asking_aws() -> None:
    tenant = examined(TENANT)
    assert isinstance(tenant, TenantSettings)
    assert (tenant.platform, tenant.nccl.pool) == (PLATFORM, "train")


def test_what_pulumi_fills_in_for_the_other_kind_of_stack_says_nothing() -> None:
    of_others = set(keys_of(Settings)) - set(keys_of(TenantSettings))
    filled_in: dict[str, Any] = {"team": {}, "provisioners": [], **{key: {} for key in of_others}}
    assert isinstance(
        examined({**filled_in, **TENANT, "environment": "dev", "sandbox": False, "tags": {}}), TenantSettings
    )


def test_a_stack_without_a_platform_has_a_cluster() -> None:
    assert isinstance(examine({**GOOD, "platform": ""}, Surroundings(REGION, {}, None)), Settings)


def test_a_platform_misspelt_is_told() -> None:
    assert 'platfrom: unknown key; did you mean "platform"?' in lines_of({"platfrom": PLATFORM}, facts=None)


def test_a_tenant_in_the_sandbox_refuses_the_real_aws() -> None:
    (line,) = lines_of({**TENANT, "sandbox": True})
    assert line.startswith("sandbox: true, but AWS_ENDPOINT_URL is not set")


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.lists(st.integers(), max_size=2)


@settings(max_examples=100, deadline=None)
@given(key=st.sampled_from(keys_of(TenantSettings)), value=PLAIN)
def test_whatever_stands_anywhere_gives_settings_or_fault_lines(key: str, value: object) -> None:
    raw = json.loads(json.dumps({**TENANT, key: value}))
    for line in lines_of(raw, facts=None):
        assert "\n" not in line
        assert ": " in line


def test_a_tenant_is_warned_of_what_its_own_pools_would_do() -> None:
    told: list[Fault] = []
    pool = {
        "name": "vision-p4d",
        "instanceTypes": ["p4d.24xlarge"],
        "zone": "us-west-2a",
        "disruption": {"drift": "1"},
    }
    examined(
        {
            **TENANT,
            "team": {"name": "vision", "quota": {"gpus": 8, "efaInterfaces": 4, "pods": 9}},
            "provisioners": [pool],
            "nccl": {},
        },
        facts=RegionTable,
        warn=told.append,
    )
    assert [warning.path for warning in told] == ["provisioners[0].disruption.drift"]


def test_a_tenant_is_warned_of_devices_and_of_a_volume_key_as_its_platform_is() -> None:
    told: list[Fault] = []
    facts = RegionTable(everything=True)
    facts.volume_key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    trainium = {"name": "vision-trn", "instanceTypes": ["trn1.32xlarge"], "zone": "us-west-2a"}
    team = {"name": "vision", "quota": {"gpus": 0, "efaInterfaces": 8}}
    tenant = {**TENANT, "team": team, "provisioners": [trainium], "nccl": {}}
    examined(tenant, facts=lambda: facts, warn=told.append)
    assert [(warning.path, warning.what.split(":")[0]) for warning in told] == [
        ("aws:region", "this account encrypts volumes with arn"),
        ("provisioners[0]", "nothing of this stack announces aws.amazon.com/neuron"),
    ]


def test_an_image_that_is_known_to_be_bad_is_refused_whatever_the_platforms_version() -> None:
    provisioner = {"name": "gpu", "instanceTypes": ["p4d.24xlarge"], "ami": {"release": "v20261003"}}
    line, *_ = lines_of({**TENANT, "provisioners": [provisioner]}, facts=None)
    assert line.startswith(
        "provisioners[0].ami.release: image v20261003 is known to be bad on Kubernetes 1.31"
    )
