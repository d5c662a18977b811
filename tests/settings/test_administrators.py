"""Which administrators get an access entry of ours: the same ones, whoever of them deploys."""

import itertools
import json

import pytest

from knowledge.node_names import STACK_TAG
from settings.administrators import locked_out, roles_to_admit
from settings.arn import is_same_role
from settings.cluster import ClusterSettings
from settings.facts import FactsError
from settings.faults import Fault
from tests.settings.bad_settings import settings_of, spoilt
from tests.settings.existing_clusters import LEGACY
from tests.settings.region_table import RegionTable

ACCOUNT = "arn:aws:iam::123456789012"
PERSON, PIPELINE = f"{ACCOUNT}:role/team/person", f"{ACCOUNT}:role/pipeline"
OURS = {STACK_TAG: "prod"}


class Deployer(RegionTable):
    """An account in which a cluster `train` is there as soon as somebody has made it."""

    def __init__(self, deployer_arn: str, entries: dict[str, dict[str, str]] | None = None) -> None:
        super().__init__()
        self.deployer_arn = deployer_arn
        if entries is not None:
            self.clusters["train"] = LEGACY
            self.access_entries = entries


def admitted(facts: RegionTable, *roles: str) -> tuple[str, ...]:
    return roles_to_admit(cluster(*roles), facts)


def cluster(*roles: str) -> ClusterSettings:
    return ClusterSettings.model_validate_json(json.dumps({"name": "train", "adminRoleArns": roles}))


def test_whoever_creates_the_cluster_gets_no_second_entry() -> None:
    assert admitted(Deployer(PERSON), PERSON, PIPELINE) == (PIPELINE,)
    assert admitted(Deployer(PIPELINE), PERSON, PIPELINE) == (PERSON,)


def test_a_role_that_is_listed_without_the_path_it_has_is_still_the_creators() -> None:
    assert admitted(Deployer(PERSON), f"{ACCOUNT}:role/person", PIPELINE) == (PIPELINE,)


def test_a_user_who_creates_the_cluster_is_none_of_the_roles() -> None:
    assert admitted(Deployer(f"{ACCOUNT}:user/person"), PERSON, PIPELINE) == (PERSON, PIPELINE)


@pytest.mark.parametrize("creator", [PERSON, PIPELINE])
@pytest.mark.parametrize("later", list(itertools.product([PERSON, PIPELINE], repeat=2)))
def test_whoever_deploys_later_finds_the_same_entries_to_be_ours(
    creator: str, later: tuple[str, ...]
) -> None:
    """As EKS keeps them: the creator's own has no tag of ours, those that an `up` makes have."""
    made = admitted(Deployer(creator), PERSON, PIPELINE)
    entries = {creator: {}, **dict.fromkeys(made, OURS)}
    for deployer in later:
        assert admitted(Deployer(deployer, entries), PERSON, PIPELINE) == made


def test_an_up_that_was_cut_off_before_the_entries_is_gone_on_with_by_anybody() -> None:
    assert admitted(Deployer(PIPELINE, {PERSON: {}}), PERSON, PIPELINE) == (PIPELINE,)


def test_a_creator_whose_own_entry_was_taken_away_gets_one_of_ours() -> None:
    assert admitted(Deployer(PIPELINE, {PIPELINE: OURS}), PERSON, PIPELINE) == (PERSON, PIPELINE)


def test_a_stack_that_was_renamed_keeps_its_entries() -> None:
    entries = {PERSON: {}, PIPELINE: {STACK_TAG: "its former name"}}
    assert admitted(Deployer(PERSON, entries), PERSON, PIPELINE) == (PIPELINE,)


def test_nothing_is_asked_where_nobody_is_listed() -> None:
    class Silent(RegionTable):
        def cluster(self, name: str) -> None:
            raise AssertionError(name)

    assert admitted(Silent()) == ()


def warnings(facts: RegionTable, *roles: str) -> list[str]:
    told: list[Fault] = []
    settings_of(spoilt({"cluster.adminRoleArns": list(roles)}), facts=lambda: facts, warn=told.append)
    return [str(each) for each in told]


def test_whoever_deploys_later_and_is_nobody_in_the_cluster_is_warned() -> None:
    assert warnings(Deployer(PIPELINE, {PERSON: {}}), PERSON) == [
        f"cluster.adminRoleArns: {PIPELINE}, who deploys, is not listed and has no access entry; a preview "
        "does without, `up` would fail inside the cluster; "
        f"run: pulumi config set --path 'cluster.adminRoleArns[1]' {PIPELINE}"
    ]
    assert warnings(Deployer(f"{ACCOUNT}:user/me", {PERSON: {}})) == [
        f"cluster.adminRoleArns: {ACCOUNT}:user/me, who deploys, is not listed and has no access entry; a "
        "preview does without, `up` would fail inside the cluster; deploy by a role, and list that"
    ]


@pytest.mark.parametrize(
    "facts",
    [
        Deployer(PIPELINE),
        Deployer(PIPELINE, {PIPELINE: {}}),
        Deployer(PIPELINE, {PERSON: {}, PIPELINE: OURS}),
    ],
    ids=["about to create it", "has created it", "has an entry"],
)
def test_whoever_is_somebody_there_is_not_warned(facts: Deployer) -> None:
    assert warnings(facts) == []


def test_whoever_is_listed_is_going_to_be_somebody() -> None:
    assert warnings(Deployer(PIPELINE, {PERSON: {}}), PIPELINE) == []


def test_who_may_not_ask_is_not_warned() -> None:
    class Refused(Deployer):
        def access_entry_tags(self, cluster: str, principal_arn: str) -> dict[str, str] | None:
            raise FactsError("AccessDeniedException")

    refused = Refused(PIPELINE, {PERSON: {}})
    assert locked_out(cluster(), refused) is None
    assert warnings(refused) == []


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (f"{ACCOUNT}:role/a/b/person", True),
        (f"{ACCOUNT}:role/persona", False),
        ("arn:aws:iam::210987654321:role/team/person", False),
        (f"{ACCOUNT}:user/person", False),
        ("person", False),
    ],
)
def test_a_role_is_known_by_account_and_name(other: str, same: bool) -> None:
    assert is_same_role(PERSON, other) is same
    assert is_same_role(other, PERSON) is same
