"""Which metrics there are, by the lists in exporter_metrics/, and which ones an expression names."""

import re
from pathlib import Path

from components.efa_counters import METRIC_PREFIX
from nccl.series import NAMES

LISTS = Path(__file__).parent / "exporter_metrics"

_NO_METRICS = re.compile(
    r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)'
)
"""Texts, label matchers, ranges and lists of labels."""

_NAME = re.compile(r"\b[a-zA-Z_][a-zA-Z0-9_]*\b(?!\s*\()")
_WORDS = {"or", "and", "unless", "bool", "offset"}


def metrics_in(expression: str) -> set[str]:
    """The metrics that an expression of PromQL names, which are its words without a bracket after them."""
    return set(_NAME.findall(_NO_METRICS.sub(" ", expression))) - _WORDS


def listed(exporter: str) -> set[str]:
    """What an exporter's list says it has."""
    lines = (LISTS / f"{exporter}.txt").read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def known() -> set[str]:
    """Every metric that something in a cluster with monitoring exposes."""
    efa = {f"{METRIC_PREFIX}{counter}" for counter in listed("efa-driver")}
    return listed("karpenter") | listed("dcgm-exporter") | efa | set(NAMES)
