"""What the stack's monitoring has put into the cluster: the alerts, and the dashboards as Grafana's JSON."""

import json
from typing import Any

from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Service

from cli.cluster import NOT_FOUND, Cluster
from cli.errors import CommandError
from knowledge.monitoring import DASHBOARD_LABEL, GRAFANA, NAMESPACE, PART_OF, RULES

PrometheusRule = create_namespaced_resource(
    "monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"
)

ADMINISTRATOR_VARIABLE = "GF_SECURITY_ADMIN_PASSWORD"
"""Of the environment of Grafana's container, set by its chart."""


def alert_rules(cluster: Cluster, stack: str) -> dict[str, Any]:
    """The alerts as a rule file has them; CommandError where the stack is not monitored."""
    try:
        rules = cluster.client.get(PrometheusRule, name=RULES, namespace=NAMESPACE)
    except ApiError as error:
        raise _not_monitored(error, stack) from error
    found: dict[str, Any] = rules["spec"]
    return found


def dashboards(cluster: Cluster) -> list[dict[str, Any]]:
    """Our dashboards, each as Grafana's JSON model, by title."""
    labels: dict[str, Any] = {DASHBOARD_LABEL: "1", **PART_OF}
    maps = cluster.client.list(ConfigMap, namespace=NAMESPACE, labels=labels)
    found = [json.loads(text) for each in maps for text in (each.data or {}).values()]
    return sorted(found, key=lambda dashboard: str(dashboard["title"]))


def require_grafana(cluster: Cluster, stack: str) -> None:
    """CommandError where the cluster has no Grafana of ours."""
    try:
        cluster.client.get(Service, name=GRAFANA, namespace=NAMESPACE)
    except ApiError as error:
        raise _not_monitored(error, stack) from error


def administrator_secret(cluster: Cluster) -> str:
    """The Secret with the administrator's name and password, as Grafana's Deployment has it: the chart's own,
    or the one that the settings name."""
    try:
        grafana = cluster.client.get(Deployment, name=GRAFANA, namespace=NAMESPACE)
    except ApiError as error:
        if error.status.code != NOT_FOUND:
            raise
        return GRAFANA
    pod = grafana.spec.template.spec if grafana.spec else None
    variables = (each for container in (pod.containers if pod else ()) for each in container.env or ())
    sources = (each.valueFrom for each in variables if each.name == ADMINISTRATOR_VARIABLE)
    named = (source.secretKeyRef.name for source in sources if source and source.secretKeyRef)
    return next(filter(None, named), GRAFANA)


def _not_monitored(error: ApiError, stack: str) -> Exception:
    if error.status.code != NOT_FOUND:
        return error
    cure = f"pulumi config set --path monitoring.enabled true -s {stack}, then: make up STACK={stack}"
    return CommandError("monitoring", f"is not installed in the cluster of stack {stack}", cure)
