"""The few facts and the one table that every form of the report shows."""

import math

from nccl.evidence import Evidence
from nccl.facts import Facts
from nccl.report import Report
from nccl.sizes import human


def facts_of(facts: Facts) -> list[tuple[str, str]]:
    """The run in a few words: only what the log says."""
    versions, transport = facts.versions, facts.transport
    devices = list(dict.fromkeys(device.name for device in facts.devices))
    average = facts.footer.average_bus_bandwidth
    peak = facts.peak
    found = [
        ("collective", facts.collective),
        ("ranks", facts.ranks and f"{facts.ranks} on {len(facts.hosts)} hosts"),
        ("GPU", ", ".join(devices)),
        ("provider", transport.name),
        ("between hosts", ", ".join(Evidence(facts).between_hosts)),
        ("fabric", ", ".join(transport.fabrics)),
        ("interfaces", ", ".join(transport.interfaces)),
        ("NCCL", versions.nccl),
        ("aws-ofi-nccl", versions.plugin),
        ("libfabric", versions.libfabric),
        ("CUDA", versions.cuda or versions.cuda_driver),
        ("nccl-tests", versions.nccl_tests),
        ("average", None if average is None else f"{average:g} GB/s"),
        ("peak", peak and f"{peak[1].bus_bandwidth:.2f} GB/s at {human(peak[0].size)}"),
    ]
    return [(name, str(value)) for name, value in found if value]


def bandwidth_table(report: Report) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: out-of-place bus bandwidth in GB/s by size, a column a run, then the gains.

    Of several series (-d all) and cycles (-N) it has the first; `report.json` has all.
    """
    columns: list[dict[int, float]] = []
    for run in report.runs:
        column: dict[int, float] = {}
        for row in run.facts.rows:
            if row.out_of_place is not None and row.series == run.facts.rows[0].series:
                column.setdefault(row.size, row.out_of_place.bus_bandwidth)
        columns.append(column)
    ratios = [{gain.size: gain.ratio for gain in one.gains} for one in report.comparisons]
    heads = ["size", *(run.label for run in report.runs)]
    heads += [f"{one.other} / {one.socket}" for one in report.comparisons]
    sizes = sorted({size for column in columns for size in column})
    rows = []
    for size in sizes:
        bandwidths = [_two_decimals(column.get(size)) for column in columns]
        rows.append([human(size), *bandwidths, *(_two_decimals(ratio.get(size), "x") for ratio in ratios)])
    return heads, rows


def _two_decimals(value: float | None, unit: str = "") -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.2f}{unit}"
