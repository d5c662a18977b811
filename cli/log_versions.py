"""What the versions that an NCCL log reports are known for; the log itself is judged by what it measured."""

from collections.abc import Iterator

from knowledge.compatibility import Standing, VersionSet, judge
from nccl.facts import Versions
from nccl.report import Report


def version_lines(report: Report) -> Iterator[str]:
    """A line for every pair that is untested or unsupported, run by run; alike runs say it once."""
    told: set[str] = set()
    for run in report.runs:
        for finding in judge(_of_log(run.facts.versions)).findings:
            line = f"versions: {finding.standing}: {finding}"
            if finding.standing is not Standing.SUPPORTED and line not in told:
                told.add(line)
                yield line


def _of_log(versions: Versions) -> VersionSet:
    return VersionSet(
        libfabric=versions.libfabric,
        aws_ofi_nccl=versions.plugin,
        nccl=versions.nccl,
        cuda=versions.cuda,
        cuda_driver=versions.cuda_driver,
    )
