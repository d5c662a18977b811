"""The results of the last NCCL test for the sandbox's Prometheus.

On AWS a node exporter serves them from the ConfigMap of the verdict. Pods execute nothing here, so Prometheus
is given rules that record the same series.
"""

import re
from collections.abc import Iterator
from typing import Any

from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import ConfigMap

from cli.cluster import NOT_FOUND, Cluster
from knowledge.nccl_job import NAMESPACE, SERIES_FILE, VERDICT_CONFIG_MAP

_SAMPLE = re.compile(r"^(?P<name>\w+)\{(?P<labels>.*)\} (?P<value>\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def rule_groups_of_results(cluster: Cluster) -> list[dict[str, Any]]:
    """Recording rules for what the last test left; none where there was none."""
    try:
        verdict = cluster.client.get(ConfigMap, name=VERDICT_CONFIG_MAP, namespace=NAMESPACE)
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return []
        raise
    rules = list(recording_rules((verdict.data or {}).get(SERIES_FILE, "")))
    return [{"name": "nccl-results", "rules": rules}] if rules else []


def recording_rules(series: str) -> Iterator[dict[str, Any]]:
    """A rule for each sample of a text in Prometheus's exposition format, as `nccl.series` writes it."""
    for sample in _SAMPLE.finditer(series):
        labels = {
            name: _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], value)
            for name, value in _LABEL.findall(sample["labels"])
        }
        yield {"record": sample["name"], "expr": f"vector({sample['value']})", "labels": labels}
