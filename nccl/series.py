"""The report as Prometheus reads it, so that results can be seen over time and set beside other metrics.

The text is Prometheus's exposition format
(https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). A bandwidth is in bytes a
second there, as Prometheus has base units only. `recorded` is on every series: nobody shall take a replayed
recording for a measurement.
"""

import math
from collections.abc import Iterator, Mapping

from nccl.report import Report, Run
from nccl.verdict import Outcome

BYTES_PER_GB = 1e9
"""nccl-tests counts GB by powers of ten."""

_HELP = {
    "eks_efa_nccl_passed": "1 for a run that passed, 0 for one that failed or proved nothing.",
    "eks_efa_nccl_bus_bandwidth_bytes_per_second": "Best bus bandwidth of the run.",
    "eks_efa_nccl_floor_bytes_per_second": "Bus bandwidth that the run had to reach.",
    "eks_efa_nccl_wrong_values": "Values that were not as expected.",
}

NAMES: tuple[str, ...] = tuple(_HELP)
"""Every metric that the text can have."""


def to_series(report: Report, run: str) -> str:
    """The series of all runs of a report; `run` is the stamp they are told apart by."""
    samples = {name: list[str]() for name in NAMES}
    for one in report.runs:
        labels = _labels(one, run)
        for name, value in _values(one):
            samples[name].append(f"{name}{{{labels}}} {value:g}")
    return "".join(
        f"# HELP {name} {_HELP[name]}\n# TYPE {name} gauge\n" + "".join(f"{line}\n" for line in lines)
        for name, lines in samples.items()
        if lines
    )


def _values(run: Run) -> Iterator[tuple[str, float]]:
    facts = run.facts
    yield "eks_efa_nccl_passed", float(run.verdict.outcome is Outcome.PASS)
    peak = facts.peak[1].bus_bandwidth if facts.peak else None
    if peak is not None and math.isfinite(peak):
        yield "eks_efa_nccl_bus_bandwidth_bytes_per_second", peak * BYTES_PER_GB
    if run.floor is not None:
        yield "eks_efa_nccl_floor_bytes_per_second", run.floor.floor * BYTES_PER_GB
    counted = [half.wrong for row in facts.rows for half in row.measurements if half.wrong is not None]
    if counted:
        yield "eks_efa_nccl_wrong_values", sum(counted)


def _labels(run: Run, stamp: str) -> str:
    labels: Mapping[str, str] = {
        "variant": run.label,
        "instance_type": run.expected.instance_type or "",
        "collective": run.facts.collective or run.expected.collective or "",
        "nodes": str(run.expected.nodes or ""),
        "recorded": "true" if run.facts.recorded else "false",
        "run": stamp,
    }
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
