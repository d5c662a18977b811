"""What cannot be read hides nothing that stands beside it, and makes nothing up."""

import pytest

from settings.faults import Fault
from tests.settings.bad_settings import Case, Changes, lines_of, spoilt
from tests.settings.test_bad_clusters import CASES as CLUSTERS
from tests.settings.test_bad_networks import CASES as NETWORKS
from tests.settings.test_bad_pools import CASES as POOLS
from tests.settings.test_bad_provisioners import CASES as PROVISIONERS

UNREAD: dict[str, Case] = {
    "a number of nodes": (
        {"nodeGroups[0].maxNodes": "two"},
        'nodeGroups[0].maxNodes: expected a whole number, got "two"',
    ),
    "a key": (
        {"nodeGroups[0].zoen": "us-west-2a"},
        'nodeGroups[0].zoen: unknown key; did you mean "zone"?',
    ),
    "a zone": (
        {"provisioners[0].zone": 2},
        'provisioners[0].zone: expected text, got 2; put it in quotes: "2"',
    ),
    "a weight": (
        {"provisioners[0].weight": 101},
        "provisioners[0].weight: 101 is too large; at most 100",
    ),
    "a range": (
        {"network.cidr": 10},
        'network.cidr: expected text, got 10; put it in quotes: "10"',
    ),
    "a name": (
        {"cluster.name": "-train"},
        'cluster.name: "-train" must match ^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$',
    ),
    "a number of replicas": (
        {"karpenter.replicas": "two"},
        'karpenter.replicas: expected a whole number, got "two"',
    ),
}
BESIDE = {**CLUSTERS, **NETWORKS, **POOLS, **PROVISIONERS}


HIDDEN: dict[str, set[str]] = {
    "a number of nodes": {
        "fewest above most",
        "wanted above most",
        "subnets too small for the nodes",
        "more nodes than any subnet holds",
    },
    "a key": {
        "a zone by its id",
        "a zone of another region",
        "a zone the stack is not in",
        "a zone without the type",
        "no zone with the type",
        "a reservation somewhere",
    },
    "a zone": {"no zone with all types"},
    "a weight": set(),
    "a range": {"service addresses in the VPC", "subnets that do not fit"},
    "a name": set(),
    "a number of replicas": set(),
}
"""What speaks of the value or of its key, so that it may be there only for what is put in."""


@pytest.mark.parametrize("unread", UNREAD.values(), ids=UNREAD)
def test_nothing_is_made_up(unread: Case) -> None:
    for changes, line in BESIDE.values():
        if not set(changes) & set(unread[0]):
            lines = lines_of(spoilt({**changes, **unread[0]}))
            assert unread[1] in lines
            assert {_path(each) for each in lines} <= {_path(unread[1]), _path(line)}


@pytest.mark.parametrize(("name", "hidden"), HIDDEN.items(), ids=HIDDEN)
def test_what_stands_beside_it_is_told(name: str, hidden: set[str]) -> None:
    unread, _ = UNREAD[name]
    beside = {what: case for what, case in BESIDE.items() if case[0].keys().isdisjoint(unread)}
    missed = set()
    for what, (changes, line) in beside.items():
        if line not in lines_of(spoilt({**changes, **unread})):
            missed.add(what)
    assert missed == hidden


def told_and_wrong(changes: Changes) -> tuple[list[str], list[str]]:
    """The warnings, then the faults."""
    told: list[Fault] = []
    wrong = lines_of(spoilt(changes), warn=told.append)
    return [str(warning) for warning in told], wrong


@pytest.mark.parametrize("unread", [{}, *(case[0] for case in UNREAD.values())], ids=["nothing", *UNREAD])
def test_whoever_listens_to_warnings_is_told_the_same_faults(unread: Changes) -> None:
    for changes, _ in BESIDE.values():
        spoiling = {**changes, **unread}
        assert told_and_wrong(spoiling)[1] == lines_of(spoilt(spoiling))


def test_a_warning_is_told_once_and_of_what_was_written_alone() -> None:
    line = (
        "provisioners[0].placementGroup: spot has the least capacity where a group keeps its nodes together; "
        "set it false, or buy on-demand"
    )
    spot: Changes = {"provisioners[0].capacityTypes": ["spot"]}
    unreadable: Changes = {"nodeGroups[0].maxNodes": "two"}
    assert told_and_wrong({**spot, **unreadable}) == ([line], [UNREAD["a number of nodes"][1]])
    assert told_and_wrong({**spot, "provisioners[0].weight": 101}) == ([], [UNREAD["a weight"][1]])


def _path(line: str) -> str:
    return line.partition(": ")[0]
