"""The report on pairs as JSON. `report.schema.json` beside this file describes it; it grows as the report on
runs does."""

import json
from typing import Any

from nccl.pairs.report import PairReport

SCHEMA = "eks-efa-karpenter/nccl-pairs/1"


def to_json(report: PairReport) -> str:
    """The document as text, with a line break at its end."""
    return json.dumps(document_of(report), indent=2, allow_nan=False) + "\n"


def document_of(report: PairReport) -> dict[str, Any]:
    """The document as dictionaries and lists; bandwidths in GB/s."""
    scale, published = report.blame.scale, report.published
    return {
        "schema": SCHEMA,
        "outcome": str(report.outcome),
        "exit_code": report.outcome.exit_code,
        "recorded": report.recorded,
        "reasons": list(report.reasons),
        "pool": report.pool,
        "instance_type": report.instance_type,
        "collective": report.collective,
        "nodes": list(report.test.nodes),
        "shortfalls": [{"node": each.node, "what": each.what} for each in report.shortfalls],
        "findings": [
            {"kind": str(each.kind), "nodes": list(each.nodes), "why": each.why} for each in report.findings
        ],
        "scale": scale
        and {
            "reference": round(scale.reference, 6),
            "spread": round(scale.spread, 6),
            "threshold": round(scale.threshold, 6),
            "floor": scale.floor and round(scale.floor, 6),
            "source": published and published.source,
        },
        "pairs": [
            {
                "nodes": list(each.pair),
                "round": each.round,
                "bus_bandwidth": each.bandwidth,
                "trouble": each.trouble,
                "log": each.log,
            }
            for each in report.test.results
        ],
    }
