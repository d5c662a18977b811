"""The two logs that this project began with, read from its README's own figures."""

from pathlib import Path

import pytest

from nccl.report import report_on
from nccl.source import read_log
from nccl.verdict import Expectation, Outcome
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

FLOOR = Expectation(instance_type="g4dn.8xlarge", nodes=2, collective="all_reduce")


@pytest.mark.parametrize(
    ("log", "provider", "average", "peak"),
    [(SEED_EFA, "efa", 0.960456, 2.84), (SEED_SOCKET, "socket", 0.733914, 2.03)],
)
def test_the_figures_of_the_readme_are_reproduced(
    log: Path, provider: str, average: float, peak: float
) -> None:
    facts = read_log(log)
    assert facts.transport.name == provider
    assert facts.footer.average_bus_bandwidth == average
    assert facts.peak is not None
    assert facts.peak[1].bus_bandwidth == peak
    assert [row.size for row in facts.rows] == [0, 0, *(4 << power for power in range(29))]


def test_efa_passes_its_floor_and_beats_the_socket() -> None:
    report = report_on([SEED_EFA], FLOOR, SEED_SOCKET)
    assert report.outcome == Outcome.PASS
    assert report.comparisons[0].check.reason == "1.42 times the socket at 1 GiB: 2.00 to 2.83 GB/s"


def test_the_socket_log_fails_where_efa_was_asked_for() -> None:
    report = report_on([SEED_SOCKET], Expectation(provider="efa"))
    assert report.outcome == Outcome.FAIL
    assert report.reasons == ("efa was asked for, but the data went over Socket",)


def test_the_logs_the_wrong_way_round_are_no_gain() -> None:
    report = report_on([SEED_SOCKET], Expectation(), SEED_EFA)
    assert report.outcome == Outcome.FAIL
    assert "0.71 times the socket" in report.reasons[-1]
