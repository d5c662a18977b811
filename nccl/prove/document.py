"""The verdict on a running job as JSON. `report.schema.json` beside this file describes it; keys are added,
never renamed."""

import json
from dataclasses import asdict
from typing import Any

from nccl.prove.report import JobReport

SCHEMA = "eks-efa-karpenter/prove/1"


def to_json(report: JobReport) -> str:
    """The document as text, with a line break at its end."""
    return json.dumps(document_of(report), indent=2, allow_nan=False) + "\n"


def document_of(report: JobReport) -> dict[str, Any]:
    """The document as dictionaries and lists."""
    return {
        "schema": SCHEMA,
        "outcome": str(report.outcome),
        "exit_code": report.outcome.exit_code,
        "recorded": report.recorded,
        "job": report.job.name,
        "namespace": report.job.namespace,
        "reasons": list(report.reasons),
        "notes": list(report.notes),
        "pods": [
            {
                "name": one.pod.name,
                "node": one.pod.node,
                "outcome": str(one.outcome),
                "over": one.over,
                "gpus_asked": one.pod.gpus,
                "interfaces_asked": one.pod.interfaces,
                "interfaces_found": one.found,
                "reason": one.reason,
                "causes": list(one.causes),
            }
            for one in report.findings
        ],
        "versions": [asdict(versions) for versions in report.versions],
    }
