"""The questions that a log is asked, in the order of their weight."""

from nccl.bandwidth import bandwidth_check
from nccl.carriers import interfaces_check, provider_check
from nccl.facts import Facts
from nccl.ranks import ranks_check
from nccl.sizes import human
from nccl.sweep import gaps
from nccl.verdict import Check, Expectation, Outcome, Verdict

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def judge(facts: Facts, expected: Expectation) -> Verdict:
    """The verdict on one run."""
    checks = [*_completeness(facts), ranks_check(facts, expected), _correctness(facts)]
    checks += [provider_check(facts, expected), interfaces_check(facts, expected)]
    return Verdict((*checks, bandwidth_check(facts, expected)))


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
        unread = (
            "whether results were compared cannot be read"
            if facts.malformed_rows
            else "no result was compared"
        )
        return Check(name, INCONCLUSIVE, unread)
    unchecked = sum(not any(half.checked for half in row.measurements) for row in facts.rows)
    if unchecked:
        reason = f"{unchecked} of {len(facts.rows)} rows have N/A for #wrong: not compared (-c 0)"
        return Check(name, INCONCLUSIVE, reason)
    return Check(name, PASS, "no wrong value")
