"""Who is tested with whom, round by round; all pairs of a round run at once.

Up to `FEW` nodes meet everybody, in a round-robin tournament by the circle method: one node stays, the others
move on by one place. More nodes meet two others first; what is slow then, and not yet decided, goes on with
nodes that are known to be good, until it is. Where nothing is slow the test ends there.
"""

from collections.abc import Sequence

from nccl.pairs.blame import Kind, blame
from nccl.pairs.results import Pair, PairTest, pair_of, partners, rounds_of

FEW = 8
FIRST_ROUNDS = 2
"""Of many nodes: each then has two witnesses."""
MOST_ROUNDS = 6
"""Of many nodes; three suspects of sixty need one round more than the first two."""


def tournament(nodes: Sequence[str]) -> tuple[tuple[Pair, ...], ...]:
    """Rounds in which every node meets every other once; with an odd number one node rests in each."""
    seats: list[str | None] = list(nodes)
    if len(seats) % 2:
        seats.append(None)
    rounds = []
    for _ in range(len(seats) - 1):
        half = len(seats) // 2
        facing = zip(seats[:half], reversed(seats[half:]), strict=True)
        rounds.append(tuple(pair_of(one, other) for one, other in facing if one and other))
        seats.insert(1, seats.pop())
    return tuple(rounds)


def next_round(test: PairTest, floor: float | None = None, *, everybody: bool = False) -> tuple[Pair, ...]:
    """The pairs to run next; empty once the test is over. `everybody`: a whole tournament of many nodes."""
    begun, planned = rounds_of(test.results), tournament(test.nodes)
    if len(test.nodes) <= FEW or everybody:
        return planned[begun] if begun < len(planned) else ()
    if begun < FIRST_ROUNDS:
        return planned[begun]
    return _with_good_nodes(test, floor) if begun < MOST_ROUNDS else ()


def _with_good_nodes(test: PairTest, floor: float | None) -> tuple[Pair, ...]:
    """Each node that is not decided yet with a good one that it has not met."""
    judged = blame(test, floor)
    undecided = [
        node
        for finding in judged.findings
        if finding.kind is Kind.EITHER
        for node in finding.nodes
        if node not in judged.good
    ]
    free = [node for node in test.nodes if node in judged.good]
    pairs: list[Pair] = []
    for node in dict.fromkeys(undecided):
        met = test.met(node) | partners(node, pairs)
        witness = next((each for each in free if each not in met), None)
        if witness is not None:
            free.remove(witness)
            pairs.append(pair_of(node, witness))
    return tuple(pairs)
