"""Who is to blame, for fleets of which it is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccl.pairs.blame import Finding, Kind, blame
from nccl.pairs.results import PairResult, PairTest
from tests.nccl.pairs.fleets import HEALTHY, Fleet, link, nodes

SIZES = (4, 7, 16, 64)


def named(fleet: Fleet, floor: float | None = None) -> set[tuple[Kind, tuple[str, ...]]]:
    return {(each.kind, each.nodes) for each in blame(fleet.tested(floor), floor).findings}


@pytest.mark.parametrize("count", SIZES)
def test_nobody_is_named_where_nothing_is_wrong(count: int) -> None:
    assert named(Fleet(nodes(count))) == set()


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("bad", [0, 2])
def test_a_slow_node_is_named(count: int, bad: int) -> None:
    fleet = Fleet(nodes(count), slow_nodes={f"node-{bad:02}"})
    assert named(fleet) == {(Kind.NODE, (f"node-{bad:02}",))}


@pytest.mark.parametrize("count", SIZES)
def test_two_slow_nodes_are_named_also_where_they_met_each_other_first(count: int) -> None:
    first = Fleet(nodes(count)).tested().results[0].pair
    assert named(Fleet(nodes(count), slow_nodes=first)) == {(Kind.NODE, (node,)) for node in first}


@pytest.mark.parametrize("count", SIZES)
def test_a_slow_link_is_named_and_neither_of_its_ends(count: int) -> None:
    first = Fleet(nodes(count)).tested().results[0].pair
    assert named(Fleet(nodes(count), slow_links={first})) == {(Kind.LINK, first)}


@pytest.mark.parametrize("count", SIZES)
def test_a_node_that_no_run_comes_to_an_end_with_is_named_with_what_was_said(count: int) -> None:
    (finding,) = blame(Fleet(nodes(count), dead_nodes={"node-01"}).tested()).findings
    said = "no run with it gave a figure: the worker never became ready"
    assert finding == Finding(Kind.NODE, ("node-01",), said)


def test_a_node_and_a_link_elsewhere_are_told_apart() -> None:
    fleet = Fleet(nodes(7), slow_nodes={"node-06"}, slow_links={link(0, 1)})
    assert named(fleet) == {(Kind.NODE, ("node-06",)), (Kind.LINK, link(0, 1))}


def test_of_two_nodes_nobody_can_say_which_and_a_third_would_tell() -> None:
    (finding,) = blame(Fleet(nodes(2), slow_nodes={"node-00"}).tested(), floor=400.0).findings
    assert finding.kind is Kind.EITHER
    assert finding.why == (
        "every pair is below the floor of 400.00 GB/s, the fastest has 288.82; "
        "a third node would tell which of the two"
    )


def test_two_nodes_without_a_floor_have_nothing_to_be_held_against() -> None:
    assert named(Fleet(nodes(2), slow_nodes={"node-00"})) == set()


def test_of_three_nodes_one_is_named_with_the_doubt_that_is_left() -> None:
    (finding,) = blame(Fleet(nodes(3), slow_nodes={"node-02"}).tested()).findings
    assert (finding.kind, finding.nodes) == (Kind.NODE, ("node-02",))
    assert finding.why.endswith("or both of its links are: a fourth node would tell")


def test_where_every_pair_is_below_the_floor_no_node_is_singled_out() -> None:
    everybody = nodes(4)
    (finding,) = blame(Fleet(everybody, slow_nodes=everybody).tested(), floor=400.0).findings
    assert (finding.kind, finding.nodes) == (Kind.ALL, everybody)


def test_the_floor_finds_what_most_of_the_nodes_hide() -> None:
    fleet = Fleet(nodes(5), slow_nodes=nodes(3))
    assert named(fleet, floor=400.0) == {(Kind.NODE, (node,)) for node in nodes(3)}


def test_a_fleet_of_which_nothing_was_measured_blames_no_node_alone() -> None:
    results = (PairResult(link(0, 1), 1, None, "gave up after 180 s"),)
    found = blame(PairTest(nodes(2), results))
    assert found.scale is None
    assert {each.kind for each in found.findings} == {Kind.EITHER}


def test_the_better_of_two_runs_of_a_pair_counts() -> None:
    results = (PairResult(link(0, 1), 1, 20.0), PairResult(link(0, 1), 2, HEALTHY))
    assert PairTest(nodes(2), results).bandwidths() == {link(0, 1): HEALTHY}


@given(
    count=st.integers(4, 64),
    picked=st.lists(st.integers(0, 63), max_size=2, unique=True),
    share=st.floats(0.05, 0.8),
    seed=st.integers(0, 10_000),
)
def test_exactly_the_slow_nodes_are_named(count: int, picked: list[int], share: float, seed: int) -> None:
    slow = {nodes(count)[each % count] for each in picked}
    fleet = Fleet(nodes(count), slow_nodes=slow, share=share, seed=seed)
    assert named(fleet) == {(Kind.NODE, (node,)) for node in slow}
