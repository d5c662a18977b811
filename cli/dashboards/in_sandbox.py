"""Metrics in the sandbox: no Grafana, but a real Prometheus on the real Karpenter and the stack's own alerts.

Pods execute nothing here, so whatever the monitoring charts would run is not there to be looked at. What can
be had without them is real: Karpenter's metrics, and Prometheus, which is built from source and evaluates the
alerts and every expression of the dashboards.
"""

import json

from cli.console import live_line, output, tell
from cli.dashboards.cluster_objects import alert_rules, dashboards
from cli.dashboards.evaluation import panels_now
from cli.dashboards.nccl_results import rule_groups_of_results
from cli.dashboards.tables import alerts_table, dashboard_table
from cli.errors import CommandError
from cli.sandbox_tools import ensure_prometheus
from cli.target import Target
from cli.waiting import Ending, wait_until
from knowledge.monitoring import STACK_RELEASE
from sandbox.paths import SandboxPaths
from sandbox.world.heartbeat import read_heartbeat
from sandbox.world.prometheus import SCRAPE_SECONDS, Prometheus
from sandbox.world.prometheus_api import PrometheusApi

SEEN_TWICE = "count_over_time(karpenter_build_info[1m]) > 1"
"""Holds once alerts have been evaluated with Karpenter's metrics there; a rate takes a second look."""

FIRST_LOOKS_SECONDS = 60.0
"""How long that may take; it is two intervals."""


def show_in_sandbox(target: Target, paths: SandboxPaths, stack: str) -> None:
    """Start Prometheus if need be, then show what every alert and every panel says now."""
    rules, boards = alert_rules(target.cluster, stack), dashboards(target.cluster)
    tell(_why_no_grafana(paths))
    port = read_heartbeat(paths.agent).get("karpenter", {}).get("metrics_port")
    if port is None:
        raise CommandError("karpenter", "does not run, so there are no metrics", "see: eks-efa status")
    groups = [*rules["groups"], *rule_groups_of_results(target.cluster)]
    prometheus = Prometheus(paths).start(ensure_prometheus(), {"groups": groups}, [port])
    _wait_for_metrics(prometheus)
    output.print(alerts_table(prometheus.rules(), prometheus.alerts()))
    for board in boards:
        output.print(dashboard_table(board, panels_now(board, prometheus.query)))
    tell(f"Prometheus answers at {prometheus.url} until: eks-efa down")


def _why_no_grafana(paths: SandboxPaths) -> str:
    """Why there is none to open, and what there is instead."""
    record = paths.charts / f"{STACK_RELEASE}.json"
    reason = json.loads(record.read_text())["reason"] if record.exists() else "pods execute nothing here"
    return (
        f"Grafana does not run ({reason}); a real Prometheus evaluates its dashboards and the alerts instead"
    )


def _wait_for_metrics(prometheus: PrometheusApi) -> None:
    with live_line() as show:
        waited = wait_until(
            lambda: prometheus.query(SEEN_TWICE),
            bool,
            show=lambda _, seconds: show(f"Prometheus looks every {SCRAPE_SECONDS} s", seconds),
            patience_seconds=FIRST_LOOKS_SECONDS,
        )
    if waited.ending is not Ending.DONE:
        raise CommandError("prometheus", "gets no metrics from Karpenter", "see: eks-efa status")
