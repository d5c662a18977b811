from pathlib import Path

import pytest

from cli.nccl.judgement import Ran, judge_runs
from nccl.report import Report
from nccl.verdict import Outcome
from tests.cli.nccl.nccl_objects import template
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

FELL_BACK = SEED_EFA.with_name("all_reduce-efa-socket-fallback.log")
WRONG = SEED_EFA.with_name("all_reduce-efa-wrong-values.log")


def interfaces_of(report: Report) -> Outcome | None:
    return next(check.outcome for check in report.runs[0].verdict.checks if check.name == "interfaces")


def test_both_runs_are_judged_as_their_templates_ask_and_compared() -> None:
    report = judge_runs([Ran(template("socket"), SEED_SOCKET), Ran(template("efa"), SEED_EFA)])
    assert (report.outcome, report.recorded) == (Outcome.PASS, True)
    assert [run.expected.provider for run in report.runs] == ["efa", "socket"]
    assert [one.check.outcome for one in report.comparisons] == [Outcome.PASS]


@pytest.mark.parametrize(("variant", "log"), [("socket", SEED_SOCKET), ("efa", SEED_EFA)])
def test_one_run_alone_is_judged_without_a_comparison(variant: str, log: Path) -> None:
    report = judge_runs([Ran(template("socket" if variant == "socket" else "efa"), log)])
    assert (report.outcome, report.comparisons) == (Outcome.PASS, ())


def test_efa_that_fell_back_to_tcp_fails() -> None:
    report = judge_runs([Ran(template("socket"), SEED_SOCKET), Ran(template("efa"), FELL_BACK)])
    assert report.outcome is Outcome.FAIL
    assert report.reasons[0] == "efa: efa was asked for, but the data went over Socket"
    assert (report.comparisons[0].other, report.comparisons[0].socket) == ("efa", "socket")


def test_the_one_interface_that_workers_were_given_is_the_one_that_was_used() -> None:
    assert interfaces_of(judge_runs([Ran(template("efa"), SEED_EFA)])) is Outcome.PASS


@pytest.mark.parametrize(("given", "asked"), [(4, 4), (0, 1), (2, 1)])
def test_of_several_interfaces_some_may_lie_idle_so_the_question_stays_open(given: int, asked: int) -> None:
    ran = Ran(template("efa", given=given, interfaces=asked), SEED_EFA)
    assert interfaces_of(judge_runs([ran])) is Outcome.INCONCLUSIVE


def test_an_interface_that_was_given_but_not_used_is_none() -> None:
    assert interfaces_of(judge_runs([Ran(template("efa"), FELL_BACK)])) is Outcome.INCONCLUSIVE


def test_a_run_without_a_log_is_inconclusive_with_the_reason_why_there_is_none(tmp_path: Path) -> None:
    why = "gave up: worker-0: ErrImagePull: image nccl:1 cannot be pulled: not found"
    report = judge_runs([Ran(template("socket"), tmp_path / "socket.log", why)])
    assert (report.outcome, report.reasons) == (Outcome.INCONCLUSIVE, (why,))


def test_a_run_that_ended_but_left_no_log_never_passes(tmp_path: Path) -> None:
    report = judge_runs([Ran(template("efa"), tmp_path / "efa.log")])
    assert (report.outcome, report.reasons) == (
        Outcome.INCONCLUSIVE,
        ("the launcher's log could not be read",),
    )


def test_a_whole_log_of_a_launcher_that_failed_is_no_pass() -> None:
    report = judge_runs([Ran(template("efa"), SEED_EFA, "the launcher failed: DeadlineExceeded")])
    assert report.outcome is Outcome.INCONCLUSIVE
    assert report.reasons == ("the launcher failed: DeadlineExceeded",)


def test_evidence_against_a_run_outweighs_that_its_launcher_failed() -> None:
    report = judge_runs([Ran(template("efa"), WRONG, "the launcher failed: exit code 5")])
    assert report.outcome is Outcome.FAIL
    assert any("wrong values" in reason for reason in report.reasons)


def test_a_comparison_with_a_run_that_has_no_log_is_inconclusive(tmp_path: Path) -> None:
    ran = [Ran(template("socket"), SEED_SOCKET), Ran(template("efa"), tmp_path / "efa.log", "gave up")]
    report = judge_runs(ran)
    assert report.outcome is Outcome.INCONCLUSIVE
    assert report.reasons[0].endswith("gave up")
