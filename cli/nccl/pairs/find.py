"""The whole test in pairs: nodes, what can be seen without a test, rounds, and the report on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cli.console import tell
from cli.errors import CommandError
from cli.nccl.pairs.hold import held
from cli.nccl.pairs.job import PAIR
from cli.nccl.pairs.nodes import PoolNode, differences, nodes_of, shortfalls
from cli.nccl.pairs.rounds import run_round
from cli.nccl.proof import begun
from cli.nccl.run import Session
from cli.nccl.templates import Template, chosen, read_templates
from cli.target import Target
from nccl.floors import Published, published_for
from nccl.pairs.report import PairReport, Shortfall
from nccl.pairs.results import PairTest, rounds_of
from nccl.pairs.rounds import next_round


@dataclass(frozen=True)
class PairsWanted:
    """What is asked for."""

    nodes: int | None = None
    """None: those that the pool has, or as many as the stack's own test has."""
    everybody: bool = False
    """Whether many nodes meet everybody too."""
    timeout: float | None = None
    """Most seconds to wait for nodes and workers."""
    directory: Path | None = None
    """Where to keep the report. None: a new folder in `runs`."""


def find(target: Target, wanted: PairsWanted) -> tuple[PairReport, Path]:
    """Test the nodes of the stack's pool in pairs; the report, and the folder with the logs.

    Raises CommandError where the test cannot even begin.
    """
    cluster = target.cluster
    (template,) = chosen(read_templates(cluster), ("efa",))
    with begun(target, wanted.timeout, wanted.directory) as session:
        count = wanted.nodes or _as_many_as_there_are(nodes_of(cluster, template.pool), template)
        with held(session, template, count) as names:
            found = [node for node in nodes_of(cluster, template.pool) if node.name in names]
            return _tested(session, template, found, everybody=wanted.everybody), session.folder


def _as_many_as_there_are(nodes: Sequence[PoolNode], template: Template) -> int:
    ready = sum(node.ready for node in nodes)
    return ready if ready >= PAIR else template.expectation.nodes


def _tested(
    session: Session, template: Template, nodes: Sequence[PoolNode], *, everybody: bool
) -> PairReport:
    lacking = shortfalls(nodes, template)
    for each in lacking:
        tell(f"{each.node}: {each.what}; it is left out of the pairs")
    for line in differences(nodes):
        tell(line)
    whole = tuple(node.name for node in nodes if node.name not in {each.node for each in lacking})
    report = _report(template, nodes, PairTest(whole, ()), lacking)
    if len(whole) < PAIR:
        return report
    floor = report.published.floor if report.published else None
    while pairs := next_round(report.test, floor, everybody=everybody):
        ran = run_round(session, template, rounds_of(report.test.results) + 1, pairs)
        test = PairTest(whole, (*report.test.results, *ran.results))
        report = replace(report, test=test, recorded=report.recorded or ran.recorded)
    return report


def _report(
    template: Template, nodes: Sequence[PoolNode], test: PairTest, lacking: tuple[Shortfall, ...]
) -> PairReport:
    types = {node.instance_type for node in nodes}
    instance_type = types.pop() if len(types) == 1 else template.expectation.instance_type
    collective = template.expectation.collective
    published = _published(instance_type, collective, template)
    return PairReport(test, template.pool, instance_type, collective, published, lacking)


def _published(instance_type: str | None, collective: str, template: Template) -> Published | None:
    """The figure for two such nodes at the largest size of the test."""
    fitting = [
        one
        for one in published_for(instance_type or "")
        if (one.nodes, one.collective) == (PAIR, collective) and one.size == template.largest_size
    ]
    return fitting[0] if fitting else None


def refuse_too_few(nodes: int | None) -> None:
    """CommandError for a number of nodes that cannot be paired."""
    if nodes is not None and nodes < PAIR:
        cure = "give 2 or more; from 3 on they tell which is slow"
        raise CommandError("--nodes", f"{nodes} cannot be tested in pairs", cure)
