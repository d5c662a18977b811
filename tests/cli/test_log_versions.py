from pathlib import Path

from cli.log_versions import version_lines
from nccl.facts import Facts, Versions
from nccl.report import Report, Run
from nccl.verdict import Expectation, Verdict


def report(*versions: Versions) -> Report:
    runs = (
        Run(Path("x.log"), f"run{index}", Expectation(), Facts(versions=each), Verdict(()))
        for index, each in enumerate(versions)
    )
    return Report(tuple(runs))


def test_a_log_of_tested_versions_is_told_nothing() -> None:
    tested = Versions(nccl="2.27.7", plugin="1.16.3", libfabric="2.1", cuda="12.8", cuda_driver="13.0")
    assert list(version_lines(report(tested))) == []


def test_a_log_that_names_no_version_is_told_nothing() -> None:
    assert list(version_lines(report(Versions()))) == []


def test_an_untested_pair_is_told_once_however_many_runs_have_it() -> None:
    newer = Versions(nccl="2.30.4", plugin="1.19.0")
    (line,) = version_lines(report(newer, newer))
    assert line.startswith("versions: untested: aws-ofi-nccl 1.19.0 was tested with NCCL 2.27.3,")


def test_a_driver_of_an_older_cuda_major_is_told() -> None:
    (line,) = version_lines(report(Versions(nccl="2.27.7", cuda="13.0", cuda_driver="12.8")))
    assert line.startswith("versions: unsupported: NCCL is built with CUDA 13.0")
