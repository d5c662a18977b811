"""Questions to a Prometheus on this machine (https://prometheus.io/docs/prometheus/latest/querying/api/)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from sandbox.world.control_plane_config import LOOPBACK
from sandbox.world.errors import WorldError

ANSWER_SECONDS = 10.0


class QueryError(WorldError):
    """Prometheus cannot answer a question."""


@dataclass(frozen=True)
class Sample:
    """One series now."""

    labels: Mapping[str, str]
    """Without the metric's name."""
    value: float


@dataclass(frozen=True)
class Alert:
    """An alert whose expression holds for some labels."""

    name: str
    labels: Mapping[str, str]
    """Without the alert's name."""
    firing: bool
    """False while it has not held for as long as the rule wants."""
    summary: str
    runbook: str


@dataclass(frozen=True)
class Rule:
    """An alert, whether its expression holds or not."""

    name: str
    health: str
    """`ok`, `err`, or `unknown` before it is first evaluated."""
    trouble: str


@dataclass(frozen=True)
class PrometheusApi:
    """The HTTP API."""

    port: int

    @property
    def url(self) -> str:
        """Where a person or another program reaches it."""
        return f"http://{LOOPBACK}:{self.port}"

    def is_ready(self) -> bool:
        """Whether it serves queries."""
        try:
            return self._request("/-/ready")[0] == 200
        except (OSError, HTTPException):
            return False

    def query(self, expression: str) -> list[Sample]:
        """The value of an expression now, one sample a series; a number alone has no labels."""
        data = self._data("/api/v1/query", query=expression)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [
            Sample(
                {name: text for name, text in series["metric"].items() if name != "__name__"},
                float(series["value"][1]),
            )
            for series in data["result"]
        ]

    def metric_names(self) -> frozenset[str]:
        """Every metric that was seen since it was started for the first time."""
        return frozenset(self._data("/api/v1/label/__name__/values"))

    def alerts(self) -> list[Alert]:
        """Every alert whose expression holds."""
        return [
            Alert(
                name=found["labels"]["alertname"],
                labels={name: text for name, text in found["labels"].items() if name != "alertname"},
                firing=found["state"] == "firing",
                summary=found["annotations"].get("summary", ""),
                runbook=found["annotations"].get("runbook_url", ""),
            )
            for found in self._data("/api/v1/alerts")["alerts"]
        ]

    def rules(self) -> list[Rule]:
        """Every alert it knows."""
        groups = self._data("/api/v1/rules")["groups"]
        return [
            Rule(rule["name"], rule["health"], rule.get("lastError", ""))
            for group in groups
            for rule in group["rules"]
            if rule["type"] == "alerting"
        ]

    def _data(self, path: str, **parameters: str) -> Any:
        try:
            status, text = self._request(f"{path}?{urlencode(parameters)}")
        except (OSError, HTTPException) as error:
            raise QueryError("prometheus", f"does not answer: {error}", "run: eks-efa dashboards") from error
        answer = json.loads(text)
        if status != 200:
            raise QueryError("prometheus", answer.get("error", text), "check the expression")
        return answer["data"]

    def _request(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection(LOOPBACK, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
