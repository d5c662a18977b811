"""Who is tested with whom."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccl.pairs.results import pair_of, rounds_of
from nccl.pairs.rounds import FEW, FIRST_ROUNDS, MOST_ROUNDS, tournament
from tests.nccl.pairs.fleets import Fleet, nodes


@given(st.integers(2, 40))
def test_in_a_tournament_everybody_meets_everybody_once_and_nobody_is_in_two_places(count: int) -> None:
    rounds = tournament(nodes(count))
    pairs = [pair for each in rounds for pair in each]
    assert sorted(pairs) == sorted(pair_of(*each) for each in combinations(nodes(count), 2))
    for each in rounds:
        busy = [node for pair in each for node in pair]
        assert len(busy) == len(set(busy)) >= count - 1


@pytest.mark.parametrize(("count", "rounds"), [(2, 1), (3, 3), (4, 3), (7, 7), (FEW, 7)])
def test_few_nodes_meet_everybody(count: int, rounds: int) -> None:
    assert rounds_of(Fleet(nodes(count)).tested().results) == rounds


def test_many_nodes_stop_after_two_rounds_where_nothing_is_slow() -> None:
    test = Fleet(nodes(64)).tested()
    assert rounds_of(test.results) == FIRST_ROUNDS
    assert {len(test.met(node)) for node in test.nodes} == {2}


def test_many_nodes_go_on_with_those_that_are_not_decided_and_with_no_others() -> None:
    first = Fleet(nodes(64)).tested().results[0].pair
    test = Fleet(nodes(64), slow_nodes=first).tested()
    further = [result.pair for result in test.results if result.round > FIRST_ROUNDS]
    assert rounds_of(test.results) == FIRST_ROUNDS + 1
    assert sorted({node for pair in further for node in pair} & set(first)) == sorted(first)
    assert len(further) == 2


def test_many_nodes_meet_everybody_where_that_is_asked() -> None:
    test = Fleet(nodes(12)).tested(everybody=True)
    assert rounds_of(test.results) == 11


@given(st.sets(st.integers(0, 29), max_size=14), st.integers(0, 1000))
def test_a_test_of_many_nodes_always_ends(bad: set[int], seed: int) -> None:
    everybody = nodes(30)
    test = Fleet(everybody, dead_nodes={everybody[each] for each in bad}, seed=seed).tested()
    assert rounds_of(test.results) <= MOST_ROUNDS
