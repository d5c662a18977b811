"""One report with everything in it, whatever else is wrong."""

import random

import pytest

from knowledge.hardware import InstanceType
from settings.facts import FactsError
from settings.faults import Fault, SettingsError
from tests.settings.bad_settings import GOOD, lines_of, settings_of, spoilt
from tests.settings.region_table import RegionTable

EVERYTHING_WRONG = {
    "environmnt": "dev",
    "owner": 5,
    "tags": {"aws:x": "y"},
    "network": {"cidr": "10.0.1.0/16"},
    "cluster": {"name": "train", "version": 1.3},
    "systemNodes": {"desiredNodes": 9},
    "karpenter": {"memory": "1GB"},
    "nodeGroups": [
        {"name": "train", "instanceType": "p5.48xlarge", "minNodes": "two"},
        {"name": "train", "instanceType": "t3.medium", "placementGroup": False},
    ],
    "provisioners": [
        "p5",
        {"name": "train", "instanceTypes": ["p5.48xlrage"], "disruption": {"budget": "ten"}},
    ],
}

CREDENTIALS_CURE = "check the region, your credentials and what they may do"

ITS_PATHS = [
    "cluster.publicAccess",
    "cluster.version",
    "environmnt",
    "karpenter.memory",
    "network.cidr",
    "nodeGroups[0].minNodes",
    "nodeGroups[1].instanceType",
    "nodeGroups[1].name",
    "owner",
    "provisioners[0]",
    "provisioners[1].disruption.budget",
    "provisioners[1].instanceTypes[0]",
    "provisioners[1].name",
    "systemNodes.desiredNodes",
    'tags["aws:x"]',
]


def test_faults_of_shape_of_meaning_and_of_hardware_come_in_one_report() -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(EVERYTHING_WRONG)
    assert [fault.path for fault in caught.value.faults] == ITS_PATHS


def test_the_report_is_a_heading_with_the_count_and_a_line_for_each_fault() -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(EVERYTHING_WRONG)
    heading, *lines = str(caught.value).splitlines()
    assert heading == "15 faults in the settings of this stack; nothing was changed:"
    assert [line.split(": ")[0].strip() for line in lines] == ITS_PATHS
    assert all(line.startswith("  ") for line in lines)


def test_one_fault_is_one_fault() -> None:
    assert str(SettingsError([Fault("owner", "empty")])).splitlines() == [
        "1 fault in the settings of this stack; nothing was changed:",
        "  owner: empty",
    ]


def test_the_report_does_not_depend_on_the_order_of_the_file() -> None:
    keys = list(EVERYTHING_WRONG)
    random.Random(7).shuffle(keys)
    assert lines_of({key: EVERYTHING_WRONG[key] for key in keys}) == lines_of(EVERYTHING_WRONG)


def test_parts_without_text_are_left_out_of_a_line() -> None:
    assert str(Fault("a", "b", "c", "d")) == "a: b; c; d"
    assert str(Fault("a", "b", cure="d")) == "a: b; d"
    assert str(Fault("a", "b")) == "a: b"


def test_a_fault_is_one_line_whatever_the_user_wrote() -> None:
    wild = "a\nb\x1b[31m\u2028é"
    assert str(Fault(f"tags.{wild}", wild)) == r"tags.a\nb\x1b[31m\u2028é: a\nb\x1b[31m\u2028é"
    endpoints = lines_of(spoilt({"network.interfaceEndpoints": ["ec2\n"]}))
    assert endpoints == [
        r'network.interfaceEndpoints[0]: "ec2\n" is not the short name of a service; such as ecr.api or sts'
    ]


def test_places_in_a_list_are_sorted_by_number() -> None:
    error = SettingsError([Fault("nodeGroups[10]", "x"), Fault("nodeGroups[9]", "x"), Fault("cluster", "x")])
    assert [fault.path for fault in error.faults] == ["cluster", "nodeGroups[9]", "nodeGroups[10]"]


class CountingTable(RegionTable):
    """Counts what is looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.lookups: list[str] = []

    def instance_type(self, name: str) -> InstanceType | None:
        self.lookups.append(name)
        return super().instance_type(name)

    def instance_type_names(self) -> tuple[str, ...]:
        self.lookups.append("all")
        return super().instance_type_names()

    def efa_instance_type_names(self) -> tuple[str, ...]:
        self.lookups.append("all with EFA")
        return super().efa_instance_type_names()


def test_good_settings_look_up_each_type_once_and_never_all_of_them() -> None:
    table = CountingTable()
    raw = spoilt({"nodeGroups[0].instanceType": "p4d.24xlarge"})
    assert lines_of(raw, facts=lambda: table) == []
    assert sorted(table.lookups) == ["m6i.xlarge", "p4d.24xlarge"]


@pytest.mark.parametrize("region", [None, "us-west-2a", "nowhere"])
def test_nothing_is_looked_up_without_a_region(region: str | None) -> None:
    def facts() -> RegionTable:
        raise AssertionError("must not be asked")

    assert len(lines_of(GOOD, region=region, facts=facts)) == 1


def test_without_an_account_what_needs_none_is_checked_all_the_same() -> None:
    paths = [line.split(": ")[0] for line in lines_of(EVERYTHING_WRONG, facts=None)]
    assert paths == [
        path
        for path in ITS_PATHS
        if path not in ("nodeGroups[1].instanceType", "provisioners[1].instanceTypes[0]")
    ]


def test_an_account_that_cannot_be_asked_is_one_more_fault() -> None:
    def facts() -> RegionTable:
        raise FactsError("no credentials")

    assert lines_of(spoilt({"owner": ""}), facts=facts) == [
        f"aws:region: AWS in us-west-2 cannot be asked: no credentials; {CREDENTIALS_CURE}",
        "owner: empty; name a team or a person",
    ]


class TableThatMayNotBeRead(RegionTable):
    """Each type can be asked for by name, but a listing of all of them is not allowed."""

    def instance_type_names(self) -> tuple[str, ...]:
        raise FactsError("not authorized to list types")


def test_an_account_that_may_not_be_asked_for_a_suggestion_is_one_more_fault() -> None:
    changes = {"owner": "", "nodeGroups[0].instanceType": "p5.48xlrage"}
    assert lines_of(spoilt(changes), facts=TableThatMayNotBeRead) == [
        f"aws:region: AWS in us-west-2 cannot be asked: not authorized to list types; {CREDENTIALS_CURE}",
        "owner: empty; name a team or a person",
    ]


def test_good_settings_come_back_typed_with_their_defaults() -> None:
    settings = settings_of(GOOD)
    assert settings.cluster.version == "1.35"
    assert settings.node_groups[0].taints[0].key == "nvidia.com/gpu"
    assert settings.provisioners[0].disruption.consolidation == "WhenEmpty"
