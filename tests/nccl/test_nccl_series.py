import re

import pytest

from nccl.report import Report, report_on
from nccl.series import NAMES, to_series
from nccl.verdict import Expectation
from tests.nccl.seed_logs import SEED_EFA, SEED_SOCKET

LINE = re.compile(r'^[a-z_]+\{([a-z_]+="[^"]*",?)+\} [0-9.e+]+$')


@pytest.fixture
def report() -> Report:
    expected = Expectation(provider="efa", instance_type="g4dn.8xlarge", nodes=2)
    return report_on([SEED_EFA], expected, SEED_SOCKET)


def samples(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_every_run_has_its_bandwidth_in_bytes_a_second(report: Report) -> None:
    name = "eks_efa_nccl_bus_bandwidth_bytes_per_second"
    found = [line for line in samples(to_series(report, "1")) if line.startswith(name)]
    assert [line.partition('"')[2].partition('"')[0] for line in found] == ["efa", "socket"]
    peaks = [run.facts.peak[1].bus_bandwidth for run in report.runs if run.facts.peak]
    assert [float(line.rpartition(" ")[2]) for line in found] == pytest.approx(
        [1e9 * peak for peak in peaks if peak]
    )


def test_a_recording_is_marked_on_every_series(report: Report) -> None:
    assert report.recorded
    assert samples(to_series(report, "1"))
    assert all('recorded="true"' in line for line in samples(to_series(report, "1")))


def test_every_line_is_one_that_prometheus_reads_and_belongs_to_a_listed_metric(report: Report) -> None:
    text = to_series(report, "20260801t120000z")
    assert text.endswith("\n")
    for line in samples(text):
        assert LINE.match(line), line
        assert 'run="20260801t120000z"' in line
        assert line.partition("{")[0] in NAMES


def test_each_metric_is_introduced_once_and_before_its_samples(report: Report) -> None:
    lines = to_series(report, "1").splitlines()
    for name in {line.partition("{")[0] for line in samples("\n".join(lines))}:
        places = [place for place, line in enumerate(lines) if name in line]
        assert lines[places[0]].startswith(f"# HELP {name} ")
        assert lines[places[1]] == f"# TYPE {name} gauge"
        assert places == list(range(places[0], places[0] + len(places)))


def test_a_log_without_a_result_has_failed_and_has_no_bandwidth() -> None:
    nothing = report_on([SEED_EFA.parent / "there is none"], Expectation())
    (line,) = samples(to_series(nothing, "1"))
    assert line.startswith('eks_efa_nccl_passed{variant="there is none"')
    assert line.endswith(" 0")


def test_text_that_would_end_a_label_early_is_escaped() -> None:
    named = report_on([SEED_EFA.parent / 'a "b" \\'], Expectation())
    assert r'variant="a \"b\" \\"' in to_series(named, "1")
