"""Generated runs in every known format: an undamaged log passes, and no damage makes a log pass.

500 examples each; `make test-slow` has 10,000, with another seed each time.
"""

import os
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nccl.checks import judge
from nccl.errors import LogError
from nccl.facts import Facts
from nccl.source import read_stream
from nccl.verdict import Expectation, Outcome, Verdict
from tests.nccl.generated_logs import (
    HARMLESS,
    LOST_ENDS,
    WITHOUT_A_NUMBER,
    bad_runs,
    damaged,
    damages,
    damages_of_one_run,
    good_runs,
    of,
    text_of,
)
from tests.nccl.nccl_tests_output import output
from tests.nccl.nccl_tests_run import Run

SLOW = os.environ.get("EKS_EFA_LOG_EXAMPLES")
examples = settings(max_examples=int(SLOW or 500), derandomize=not SLOW)
pytestmark = pytest.mark.timeout(0 if SLOW else 600)

Damages = list[tuple[Callable[..., list[str]], int]]


def read(lines: list[str]) -> Facts:
    return read_stream(BytesIO("\n".join([*lines, ""]).encode()))


def judged(lines: list[str], run: Run) -> tuple[Facts, Verdict]:
    facts = read(lines)
    return facts, judge(facts, Expectation("efa", run.nics))


@examples
@given(run=good_runs(), harmless=st.sampled_from(sorted(HARMLESS)))
def test_an_undamaged_log_passes_whatever_way_it_came(run: Run, harmless: str) -> None:
    assume(harmless not in LOST_ENDS or not WITHOUT_A_NUMBER[0] <= run.release < WITHOUT_A_NUMBER[1])
    facts, verdict = judged(HARMLESS[harmless](output(run)), run)
    assert verdict.outcome is Outcome.PASS, verdict.reasons
    assert (facts.ranks, facts.hosts) == (run.ranks, run.hosts)


@examples
@given(run=good_runs(), what=damages)
def test_a_damaged_log_that_passes_still_says_all_that_matters(run: Run, what: Damages) -> None:
    try:
        facts, verdict = judged(damaged(output(run), what), run)
    except LogError:
        return
    if verdict.outcome is Outcome.PASS:
        whole = read(output(run))
        assert tuple(dict.fromkeys(facts.rows)) == whole.rows  # the table may stand there twice, as with -N 2
        assert facts.footer.average_bus_bandwidth == whole.footer.average_bus_bandwidth
        assert (facts.ranks, facts.hosts) == (whole.ranks, whole.hosts)


@examples
@given(run=good_runs(), what=damages_of_one_run)
def test_damage_is_no_evidence_against_a_run(run: Run, what: Damages) -> None:
    try:
        verdict = judged(damaged(output(run), what), run)[1]
    except LogError:
        return
    assert verdict.outcome is not Outcome.FAIL, verdict.reasons


@examples
@given(run=bad_runs(), what=damages)
def test_no_damage_makes_a_bad_run_pass(run: Run | tuple[Run, str, str], what: Damages) -> None:
    assert judged(text_of(run), of(run))[1].outcome is not Outcome.PASS
    try:
        verdict = judged(damaged(text_of(run), what), of(run))[1]
    except LogError:
        return
    assert verdict.outcome is not Outcome.PASS
