"""The report as JSON. Its form is a contract: `report.schema.json` beside this file describes it.

A field is never taken away or given another meaning without a new number in `SCHEMA`; fields may be added.
A value that is missing in the log is null. So is a bandwidth that is no finite number.
"""

import json
import math
from typing import Any

from nccl.evidence import Evidence
from nccl.facts import Facts, Footer, Measurement, Row
from nccl.report import Comparison, Report, Run
from nccl.verdict import Check

SCHEMA = "eks-efa-karpenter/nccl-report/1"


def to_json(report: Report) -> str:
    """The document as text, with a line break at its end; equal reports give equal text."""
    return json.dumps(document_of(report), indent=2, allow_nan=False) + "\n"


def document_of(report: Report) -> dict[str, Any]:
    """The document as dictionaries and lists."""
    return {
        "schema": SCHEMA,
        "outcome": str(report.outcome),
        "exit_code": report.outcome.exit_code,
        "recorded": report.recorded,
        "reasons": list(report.reasons),
        "runs": [_run(run) for run in report.runs],
        "comparisons": [_comparison(one) for one in report.comparisons],
    }


def _run(run: Run) -> dict[str, Any]:
    expected, floor = run.expected, run.floor
    return {
        "label": run.label,
        "log": run.log.name,
        "outcome": str(run.verdict.outcome),
        "expected": {
            "provider": expected.provider,
            "interfaces": expected.interfaces,
            "instance_type": expected.instance_type,
            "nodes": expected.nodes,
            "collective": expected.collective,
        },
        "checks": [_check(check) for check in run.verdict.checks],
        "floor": floor
        and {
            "size": floor.size,
            "bus_bandwidth": round(floor.floor, 6),
            "published": floor.bus_bandwidth,
            "source": floor.source,
        },
        "facts": facts_document(run.facts),
    }


def facts_document(facts: Facts) -> dict[str, Any]:
    """The facts of one log; golden tests compare them."""
    declared, versions, transport = facts.declared, facts.versions, facts.transport
    between = Evidence(facts).between_hosts
    return {
        "kind": facts.kind,
        "recorded": facts.recorded,
        "provider": transport.name,
        "networks": dict(transport.networks),
        "providers": dict(transport.providers),
        "fabrics": dict(transport.fabrics),
        "interfaces": {str(count): times for count, times in transport.interfaces.items()},
        "between_hosts": {carrier: sorted(hosts) for carrier, hosts in between.items()},
        "nodes": facts.said.nodes,
        "multi_node_nvlink": facts.said.multi_node_nvlink,
        "unknown": list(facts.said.unknown),
        "versions": {
            "nccl": versions.nccl,
            "plugin": versions.plugin,
            "libfabric": versions.libfabric,
            "cuda": versions.cuda,
            "cuda_driver": versions.cuda_driver,
            "nccl_tests": versions.nccl_tests,
        },
        "collective": facts.collective,
        "ranks": facts.ranks,
        "hosts": list(facts.hosts),
        "devices": list(dict.fromkeys(device.name for device in facts.devices)),
        "declared": declared
        and {
            "minimum_bytes": declared.minimum_bytes,
            "maximum_bytes": declared.maximum_bytes,
            "step": declared.step,
            "step_is_factor": declared.step_is_factor,
            "validation": declared.validation,
        },
        "started": facts.started,
        "concluded": facts.concluded,
        "footer": _footer(facts.footer),
        "peak_bus_bandwidth": _finite(facts.peak[1].bus_bandwidth) if facts.peak else None,
        "failures": list(facts.failures),
        "last_error": facts.last_error,
        "malformed_rows": list(facts.malformed_rows),
        "rows_dropped": facts.rows_dropped,
        "rows": [_row(row) for row in facts.rows],
    }


def _footer(footer: Footer) -> dict[str, Any]:
    return {
        "out_of_bounds": footer.out_of_bounds,
        "out_of_bounds_ok": footer.out_of_bounds_ok,
        "average_bus_bandwidth": _finite(footer.average_bus_bandwidth),
        "average_ok": footer.average_ok,
        "closed": footer.closed,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "size": row.size,
        "count": row.count,
        "type": row.datatype,
        "redop": row.operation,
        "root": row.root,
        "out_of_place": _measurement(row.out_of_place),
        "in_place": _measurement(row.in_place),
    }


def _measurement(half: Measurement | None) -> dict[str, Any] | None:
    if half is None:
        return None
    return {
        "time_us": _finite(half.time_us),
        "algorithm_bandwidth": _finite(half.algorithm_bandwidth),
        "bus_bandwidth": _finite(half.bus_bandwidth),
        "wrong": half.wrong,
        "deviation": _finite(half.deviation),
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "socket": one.socket,
        "other": one.other,
        "check": _check(one.check),
        "gains": [
            {
                "size": gain.size,
                "socket": _finite(gain.socket),
                "other": _finite(gain.efa),
                "ratio": _finite(gain.ratio),
            }
            for gain in one.gains
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    return {"name": check.name, "outcome": check.outcome and str(check.outcome), "reason": check.reason}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
