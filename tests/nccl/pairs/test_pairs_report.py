"""A report on pairs in all its forms: each says the same, and a recording says so in each."""

import json
import xml.etree.ElementTree as ElementTree
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from nccl.facts import RECORDED_MARK
from nccl.floors import Published
from nccl.junit import Case, cases_of, cases_of_pairs, to_junit
from nccl.pairs import document
from nccl.pairs.document import to_json
from nccl.pairs.heat_map import draw
from nccl.pairs.report import PairReport, Shortfall
from nccl.pairs.results import PairResult, PairTest
from nccl.pairs.terminal import to_terminal
from nccl.report import report_on
from nccl.verdict import Expectation, Outcome
from tests.nccl.pairs.fleets import Fleet, link, nodes
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

FLOOR = Published("p5.48xlarge", 2, 2**34, 487.09, "https://example.com/table")
SCHEMA = Path(document.__file__).with_name("report.schema.json")


def report(
    fleet: Fleet,
    published: Published | None = None,
    shortfalls: tuple[Shortfall, ...] = (),
    *,
    recorded: bool = False,
) -> PairReport:
    floor = published.floor if published else None
    test = fleet.tested(floor)
    return PairReport(test, "p5", "p5.48xlarge", "all_reduce", published, shortfalls, recorded)


REPORTS = {
    "good": report(Fleet(nodes(8)), FLOOR, recorded=True),
    "slow node": report(Fleet(nodes(7), slow_nodes={"node-03"})),
    "slow link": report(Fleet(nodes(64), slow_links={link(0, 63)}), recorded=True),
    "dead node": report(Fleet(nodes(4), dead_nodes={"node-03"})),
    "nothing": PairReport(PairTest(nodes(2), ()), "p5", None, "all_reduce"),
    "degraded": report(Fleet(nodes(4)), shortfalls=(Shortfall("node-01", "7 of 8 nvidia.com/gpu"),)),
    "pair": report(Fleet(nodes(2))),
    "slow pair": report(Fleet(nodes(2), slow_nodes={"node-00"}), FLOOR),
}
EVERY = pytest.mark.parametrize("one", REPORTS.values(), ids=list(REPORTS))


def shown(one: PairReport) -> str:
    console = Console(file=StringIO(), width=160)
    with console.capture() as capture:
        console.print(to_terminal(one))
    return capture.get()


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("good", Outcome.PASS),
        ("slow node", Outcome.FAIL),
        ("slow link", Outcome.FAIL),
        ("dead node", Outcome.FAIL),
        ("nothing", Outcome.INCONCLUSIVE),
        ("degraded", Outcome.FAIL),
        ("pair", Outcome.INCONCLUSIVE),
        ("slow pair", Outcome.FAIL),
    ],
)
def test_the_outcome_is_a_fail_where_anything_is_to_blame_and_a_pass_only_with_evidence(
    name: str, outcome: Outcome
) -> None:
    assert REPORTS[name].outcome is outcome


def test_a_pass_tells_what_it_rests_on() -> None:
    assert REPORTS["good"].reasons == (
        "all 28 pairs are within reach of the median of 490.98 GB/s (slow is below 441.88, floor 438.38)",
    )


def test_a_pair_that_gave_no_figure_keeps_it_from_being_a_pass() -> None:
    test = Fleet(nodes(4)).tested()
    (first, *rest) = test.results
    cut = PairResult(first.pair, 1, None, "gave up after 180 s")
    one = PairReport(PairTest(test.nodes, (cut, *rest)), "p5", None, "all_reduce")
    assert one.outcome is Outcome.INCONCLUSIVE
    assert one.reasons == ("node-00 and node-03: cut off in round 1: gave up after 180 s",)


@EVERY
def test_every_document_keeps_to_its_schema(one: PairReport) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(to_json(one)), json.loads(SCHEMA.read_text()))


@EVERY
def test_every_form_says_the_outcome_and_every_reason(one: PairReport) -> None:
    text, (*_, whole) = shown(one), cases_of_pairs(one)
    assert text.count(one.headline) == 1
    assert all(reason in text for reason in one.reasons)
    assert (whole.outcome, whole.reason) == (one.outcome, "; ".join(one.reasons))
    assert json.loads(to_json(one))["reasons"] == list(one.reasons)


@EVERY
def test_a_recording_says_so_in_each_form(one: PairReport, tmp_path: Path) -> None:
    marked = [RECORDED_MARK in shown(one), RECORDED_MARK in to_junit("pairs", (), recorded=one.recorded)]
    marked += [RECORDED_MARK in file.read_text() for file in draw(one, tmp_path) if file.suffix == ".svg"]
    assert set(marked) == {one.recorded}


def test_there_is_no_picture_without_a_figure(tmp_path: Path) -> None:
    assert draw(REPORTS["nothing"], tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_node_that_is_to_blame_is_a_failed_case_in_junit() -> None:
    root = ElementTree.fromstring(to_junit("pairs", cases_of_pairs(REPORTS["slow node"]), recorded=False))
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["node-03", "pool p5"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "2", "0")


def test_the_checks_of_a_run_are_cases_in_junit() -> None:
    judged = report_on([SEED_EFA], Expectation(provider="efa"), SEED_SOCKET)
    root = ElementTree.fromstring(to_junit("nccl", cases_of(judged), recorded=judged.recorded))
    checks = sum(len(run.verdict.checks) for run in judged.runs) + len(judged.comparisons)
    assert root.get("tests") == str(checks) == str(len(list(root.iter("testcase"))))


def test_what_is_open_is_an_error_and_what_was_not_asked_is_skipped() -> None:
    cases = [Case("nccl", "a", Outcome.INCONCLUSIVE, "cut"), Case("nccl", "b", None, "not asked")]
    root = ElementTree.fromstring(to_junit("nccl", cases, recorded=False))
    assert [child.tag for case in root.iter("testcase") for child in case] == ["error", "skipped"]


def test_control_characters_of_a_log_do_not_break_the_xml() -> None:
    text = to_junit("nccl", [Case("nccl", "a", Outcome.FAIL, "\x1b[31mred\x00 <&>")], recorded=False)
    (message,) = (each.get("message") for each in ElementTree.fromstring(text).iter("failure"))
    assert message == "�[31mred� <&>"
