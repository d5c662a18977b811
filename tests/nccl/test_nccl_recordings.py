"""What the sandbox replays: each says that it is a recording, and gets the verdict it is there for."""

from pathlib import Path

import pytest

from nccl.facts import RECORDED_MARK
from nccl.report import report_on
from nccl.source import read_log
from nccl.verdict import Expectation, Outcome
from tests.nccl.generate_recordings import recordings
from tests.nccl.seed_logs import RECORDINGS, SEED_EFA, SEED_SOCKET

LOGS = sorted(RECORDINGS.glob("*/*/*.log"))
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
EXPECTED = {
    "all_reduce-efa": (PASS, "floor"),
    "all_reduce-socket": (PASS, "provider socket"),
    "all_reduce-efa-socket-fallback": (FAIL, "efa was asked for, but the data went over Socket"),
    "all_reduce-efa-wrong-values": (FAIL, "wrong values in 4 measurements, first at 2 KiB"),
    "all_reduce-efa-truncated": (INCONCLUSIVE, "asked for"),
    "all_reduce-efa-launcher-crash": (FAIL, "nccl-tests stopped: nccl-efa-worker-1: Test NCCL failure"),
}
P5_EFA = RECORDINGS / "p5.48xlarge" / "2-nodes" / "all_reduce-efa.log"


def expectation(log: Path) -> Expectation:
    """What the test of this variant asks of its log; the measured one counts no interfaces."""
    instance_type, provider = log.parent.parent.name, log.stem.split("-")[1]
    interfaces = 32 if instance_type == "p5.48xlarge" and provider == "efa" else None
    return Expectation(provider, interfaces, instance_type if provider == "efa" else None, 2, "all_reduce")


def name(log: Path) -> str:
    return str(log.relative_to(RECORDINGS))


@pytest.mark.parametrize("log", LOGS, ids=name)
def test_a_recording_is_marked_as_one_in_its_first_line_and_so_in_its_report(log: Path) -> None:
    assert log.read_text().startswith(f"# {RECORDED_MARK}: ")
    assert report_on([log], Expectation()).recorded


@pytest.mark.parametrize("log", LOGS, ids=name)
def test_a_recording_gets_the_verdict_it_is_there_for(log: Path) -> None:
    outcome, why = EXPECTED[log.stem]
    report = report_on([log], expectation(log))
    assert report.outcome == outcome, report.reasons
    assert any(why in reason for reason in report.reasons), report.reasons


def test_every_kind_of_run_is_there_for_a_small_and_a_large_type() -> None:
    folders = {name(log.parent): {one.stem for one in LOGS if one.parent == log.parent} for log in LOGS}
    assert folders == {kind: EXPECTED.keys() for kind in ("g4dn.8xlarge/2-nodes", "p5.48xlarge/2-nodes")}


def test_the_generated_ones_are_what_their_generator_writes() -> None:
    measured = {name(SEED_EFA), name(SEED_SOCKET)}
    kept = {name(log): log.read_text() for log in LOGS if name(log) not in measured}
    assert kept == {recording.name: recording.text for recording in recordings()}


@pytest.mark.parametrize(("size", "published"), [(2 << 30, 443.72), (8 << 30, 479.28), (16 << 30, 487.09)])
def test_the_p5_run_has_the_published_bus_bandwidths(size: int, published: float) -> None:
    measured = [row.out_of_place for row in read_log(P5_EFA).rows if row.size == size]
    assert [half and half.bus_bandwidth for half in measured] == [published]


def test_both_pairs_show_what_efa_gains() -> None:
    for efa in (SEED_EFA, P5_EFA):
        report = report_on([efa], expectation(efa), efa.with_name("all_reduce-socket.log"))
        assert report.outcome == PASS
        assert report.comparisons
