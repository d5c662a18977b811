"""The questions that a log is asked, one function each."""

from nccl.bandwidth import bandwidth_check
from nccl.facts import Facts
from nccl.sizes import human
from nccl.sweep import gaps
from nccl.verdict import Check, Expectation, Outcome, Verdict

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def judge(facts: Facts, expected: Expectation) -> Verdict:
    """The verdict on one run."""
    checks = [*_completeness(facts), _correctness(facts), _provider(facts, expected)]
    checks += [_interfaces(facts, expected), bandwidth_check(facts, expected)]
    return Verdict(tuple(checks))


def unreadable(line: str) -> Verdict:
    """The verdict on a log that cannot be read: nothing is known of the run."""
    return Verdict((Check("log", INCONCLUSIVE, line),))


def _completeness(facts: Facts) -> list[Check]:
    checks = [Check("finished", FAIL, f"nccl-tests stopped: {one}") for one in facts.failures[:3]]
    missing = gaps(facts)
    if missing:
        return [*checks, *(Check("complete", INCONCLUSIVE, one) for one in missing)]
    rows = f"all {len(facts.rows)} rows are there and average to the printed average"
    sweep = "" if facts.declared else "; which sizes were asked for is not in the log"
    return [*checks, Check("complete", PASS, rows + sweep)]


def _correctness(facts: Facts) -> Check:
    """Zero wrong values. "Out of bounds values : 0 OK" alone proves nothing: with -c 0 it is printed too."""
    name = "correct"
    wrong = [(row, half) for row in facts.rows for half in row.measurements if half.wrong]
    if wrong:
        total = sum(half.wrong or 0 for _, half in wrong)
        first = human(wrong[0][0].size)
        return Check(name, FAIL, f"{total} wrong values in {len(wrong)} measurements, first at {first}")
    if facts.footer.out_of_bounds or facts.footer.out_of_bounds_ok is False:
        return Check(name, FAIL, f"out of bounds values: {facts.footer.out_of_bounds}, FAILED")
    if not facts.rows:
        return Check(name, INCONCLUSIVE, "no result was compared with the expected values")
    unchecked = sum(not any(half.checked for half in row.measurements) for row in facts.rows)
    if unchecked:
        reason = f"{unchecked} of {len(facts.rows)} rows have N/A for #wrong: not compared (-c 0)"
        return Check(name, INCONCLUSIVE, reason)
    return Check(name, PASS, "no wrong value")


def _provider(facts: Facts, expected: Expectation) -> Check:
    name, wanted, transport = "provider", expected.provider, facts.transport
    found = transport.name
    seen = found or "not in the log"
    if wanted is None:
        return Check(name, None, f"no provider was asked for; it is {seen}")
    if found is None:
        cure = "the JSON of -J never says it" if facts.kind == "json" else "run with NCCL_DEBUG=INFO"
        return Check(name, INCONCLUSIVE, f"{wanted} was asked for, but the log names no network; {cure}")
    if found == "libfabric" and wanted == "efa":
        return Check(name, INCONCLUSIVE, "the network is Libfabric, but no line names the provider")
    if found != wanted:
        names = ", ".join([*transport.networks, *transport.providers])
        return Check(name, FAIL, f"{wanted} was asked for, but the data went over {names}")
    if not transport.networks:
        reason = 'the plugin selected efa, but no "Using network" line says that NCCL used it'
        return Check(name, INCONCLUSIVE, reason)
    if len(facts.hosts) == 1:
        return Check(name, INCONCLUSIVE, f"all ranks ran on {facts.hosts[0]}: no data crossed the network")
    fabric = f", fabric {', '.join(transport.fabrics)}" if transport.fabrics else ""
    return Check(name, PASS, f"provider {found}{fabric}")


def _interfaces(facts: Facts, expected: Expectation) -> Check:
    """The plugin's "(found N nics)" against the EFA interfaces of a node.

    A different number is a failure both ways: fewer is a node that lost cards, more is not the node that
    was meant. Plugins before 1.7 do not count; then the question stays open, and so the verdict.
    """
    name, wanted = "interfaces", expected.interfaces
    found = facts.transport.interfaces
    counts = ", ".join(sorted(found, key=int))
    if wanted is None or expected.provider == "socket":
        return Check(name, None, f"no number of EFA interfaces was asked for; {counts or 'none'} in the log")
    if not found:
        reason = f"{wanted} EFA interfaces were asked for, but the log does not count them"
        return Check(name, INCONCLUSIVE, f"{reason}; aws-ofi-nccl does from 1.7 on, with NCCL_DEBUG=INFO")
    if set(found) != {str(wanted)}:
        return Check(name, FAIL, f"{wanted} EFA interfaces were asked for, but ranks found {counts}")
    return Check(name, PASS, f"{wanted} EFA interfaces")
