"""What the bandwidths of pairs say of nodes and links.

A good node is fast with at least one other; a bad one is slow with everybody. So each node counts by its
best pair, and the median of these is the reference: it holds while half of the nodes are good, where the
median of all pairs would not (one bad node of four is in half of the pairs). A pair is slow where it is
further below the reference than the nodes are apart, and by a tenth at least; or below the floor of two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_high, median_low

from nccl.pairs.results import Pair, PairTest, partners

LEAST_MARGIN = 0.1
"""Part of the reference that a pair may lack. Runs on healthy nodes differ by a few percent."""
MOST_MARGIN = 0.5
SPREADS = 3 * 1.4826
"""Three standard deviations, from the median deviation of a normal distribution."""
ENOUGH = 2
"""Good nodes that a node must be slow with before it is to blame: with one it may be the link."""


class Kind(StrEnum):
    """What is to blame."""

    NODE = "node"
    """Slow with everybody."""
    LINK = "link"
    """Slow with each other, fast with the rest."""
    EITHER = "either"
    """One of these nodes, and these runs do not tell which."""
    ALL = "all"
    """Every pair is below the floor: what they have in common."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is to blame, and why; `nodes` names it."""

    kind: Kind
    nodes: tuple[str, ...]
    why: str
    is_shown: bool = True
    """False where runs merely gave no figure, and too few of them to blame the node for it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What pairs are held against, all in GB/s."""

    reference: float
    """Median of the nodes' best pairs."""
    spread: float
    """Median distance of the nodes' best pairs from it."""
    threshold: float
    """Below it a pair is slow."""
    floor: float | None
    """The floor that is published for two such nodes; None where none is."""


@dataclass(frozen=True, slots=True)
class Blame:
    """What a test says so far."""

    scale: Scale | None
    """None where nothing was measured."""
    findings: tuple[Finding, ...]
    good: frozenset[str]
    """Nodes that are fast with at least one other."""


def blame(test: PairTest, floor: float | None = None) -> Blame:
    """Judge all results of a test; `floor` in GB/s is that of two nodes of the type."""
    measured = test.bandwidths()
    if not measured:
        return Blame(None, tuple(_unmeasured(test, frozenset())), frozenset())
    best = {node: max(_of(node, measured)) for node in test.nodes if any(_of(node, measured))}
    scale = _scale(best, floor)
    slow = frozenset(pair for pair, bandwidth in measured.items() if bandwidth < scale.threshold)
    good = frozenset(node for node, bandwidth in best.items() if bandwidth >= scale.threshold)
    if not good:
        return Blame(scale, (_everything(test, measured, scale),), good)
    findings = (
        *_nodes(test, measured, scale, good),
        *_links(measured, scale, slow, good),
        *_unmeasured(test, good),
    )
    return Blame(scale, findings, good)


def _of(node: str, measured: Mapping[Pair, float]) -> list[float]:
    return [bandwidth for pair, bandwidth in measured.items() if node in pair]


def _scale(best: Mapping[str, float], floor: float | None) -> Scale:
    reference = median_high(best.values())
    # The lower median: of four nodes two may be bad, and the two good ones are close to each other.
    spread = median_low([abs(each - reference) for each in best.values()])
    relative = spread / reference if reference else 0.0
    margin = min(max(LEAST_MARGIN, SPREADS * relative), MOST_MARGIN)
    threshold = reference * (1 - margin)
    return Scale(reference, spread, max(threshold, floor or 0.0), floor)


def _everything(test: PairTest, measured: Mapping[Pair, float], scale: Scale) -> Finding:
    fastest = max(measured.values())
    why = f"every pair is below the floor of {scale.floor:.2f} GB/s, the fastest has {fastest:.2f}"
    if len(test.nodes) == 2:
        return Finding(Kind.EITHER, test.nodes, f"{why}; a third node would tell which of the two")
    return Finding(Kind.ALL, test.nodes, f"{why}: look at what they share, image and security group first")


def _nodes(
    test: PairTest, measured: Mapping[Pair, float], scale: Scale, good: frozenset[str]
) -> Iterator[Finding]:
    for node in test.nodes:
        mine = _of(node, measured)
        if not mine or node in good:
            continue
        witnesses = partners(node, (pair for pair in measured if node in pair)) & good
        why = f"{_range(mine)} with {len(mine)} others, where the rest has {scale.reference:.2f} GB/s"
        if len(witnesses) < ENOUGH:
            yield Finding(Kind.EITHER, (node, *sorted(witnesses)), f"{why}; tested with too few good nodes")
        elif len(test.nodes) < 4:
            yield Finding(Kind.NODE, (node,), f"{why}; or both of its links are: a fourth node would tell")
        else:
            yield Finding(Kind.NODE, (node,), why)


def _links(
    measured: Mapping[Pair, float], scale: Scale, slow: frozenset[Pair], good: frozenset[str]
) -> Iterator[Finding]:
    for pair in sorted(slow):
        if good.issuperset(pair):
            why = (
                f"{measured[pair]:.2f} GB/s with each other, where both reach {scale.threshold:.2f} elsewhere"
            )
            yield Finding(Kind.LINK, pair, why)


def _unmeasured(test: PairTest, good: frozenset[str]) -> Iterator[Finding]:
    """Nodes of which no run came to an end."""
    measured = test.bandwidths()
    for node in test.nodes:
        tried = [result for result in test.results if node in result.pair]
        if not tried or any(node in pair for pair in measured):
            continue
        why = f"no run with it gave a figure: {tried[-1].trouble or 'the log ends early'}"
        known = len(test.met(node) & good) >= ENOUGH
        yield Finding(Kind.NODE if known else Kind.EITHER, (node,), why, is_shown=known)


def _range(values: list[float]) -> str:
    least, most = min(values), max(values)
    return f"{most:.2f} GB/s" if least == most else f"{least:.2f} to {most:.2f} GB/s"
