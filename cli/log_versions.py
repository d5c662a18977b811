"""What the versions that an NCCL log reports are known for; the log itself is judged by what it measured."""

from collections.abc import Iterable, Iterator

from knowledge.compatibility import Standing, VersionSet, judge
from nccl.facts import Versions
from nccl.report import Report


def version_lines(report: Report) -> Iterator[str]:
    """A line for every pair that is untested or unsupported, run by run; alike runs say it once."""
    return lines_on(run.facts.versions for run in report.runs)


def lines_on(reported: Iterable[Versions]) -> Iterator[str]:
    """The same for the versions that logs report, one after the other."""
    told: set[str] = set()
    for versions in reported:
        for finding in judge(_of_log(versions)).findings:
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
