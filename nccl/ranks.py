"""Whether the run is the one that was meant: its ranks, its nodes and its collective."""

from nccl.facts import Facts
from nccl.verdict import Check, Expectation, Outcome

_RANKS = "ranks"


def ranks_check(facts: Facts, expected: Expectation) -> Check:
    """The list of ranks, what NCCL counts, and what the caller says of the run must agree."""
    roster = facts.roster
    fault = _not_as_meant(facts, expected) or next(roster.faults(), None)
    if fault:
        return Check(_RANKS, Outcome.INCONCLUSIVE, fault)
    if roster.total is None:
        return Check(_RANKS, None, "the log does not list its ranks")
    hosts = len(roster.hosts)
    return Check(_RANKS, Outcome.PASS, f"{roster.total} ranks on {hosts} {'host' if hosts == 1 else 'hosts'}")


def _not_as_meant(facts: Facts, expected: Expectation) -> str | None:
    hosts, named = facts.hosts, facts.collective
    if expected.collective and named and named != expected.collective:
        return f"the log is of {named}, but {expected.collective} was asked for"
    if not expected.nodes:
        return None
    if facts.roster.whole and len(hosts) != expected.nodes:
        return f"the log is of a run on {len(hosts)} hosts, but {expected.nodes} nodes were asked for"
    counted = facts.said.nodes
    if counted and counted != expected.nodes and not facts.said.multi_node_nvlink:
        return f"NCCL counts {counted} nodes, but {expected.nodes} were asked for"
    return None
