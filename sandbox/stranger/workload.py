"""What the stranger runs in the cluster: a namespace and a Deployment of two pods."""

from collections.abc import Callable
from typing import Any

from sandbox.stranger.script import Script
from sandbox.world.kubernetes import NOT_FOUND, Kubernetes, KubernetesError

NAMESPACE = "web"
DEPLOYMENT = "shop"
REPLICAS = 2

_PLACE = f"/api/v1/namespaces/{NAMESPACE}"
_DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
_LABELS = {"app": DEPLOYMENT, "team": "web"}


def make_workload(kubernetes: Kubernetes, script: Script) -> None:
    """Make what is missing of it."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    script.ensure(
        f"namespace {NAMESPACE}",
        _uid(kubernetes, _PLACE),
        lambda: kubernetes.create("/api/v1/namespaces", namespace),
    )
    script.ensure(
        f"Deployment {DEPLOYMENT}",
        _uid(kubernetes, f"{_DEPLOYMENTS}/{DEPLOYMENT}"),
        lambda: kubernetes.create(_DEPLOYMENTS, _deployment()),
    )


def running_pods(kubernetes: Kubernetes) -> int:
    """How many of its pods run."""
    pods = kubernetes.get(f"{_PLACE}/pods", labelSelector=f"app={DEPLOYMENT}")["items"]
    return sum(1 for pod in pods if pod["status"].get("phase") == "Running")


def _uid(kubernetes: Kubernetes, path: str) -> Callable[[], str | None]:
    def look() -> str | None:
        try:
            return str(kubernetes.get(path)["metadata"]["uid"])
        except KubernetesError as error:
            if error.status != NOT_FOUND:
                raise
            return None

    return look


def _deployment() -> dict[str, Any]:
    resources = {"requests": {"cpu": "250m", "memory": "256Mi"}}
    container = {"name": DEPLOYMENT, "image": "public.ecr.aws/nginx/nginx:1.29", "resources": resources}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": DEPLOYMENT, "labels": _LABELS},
        "spec": {
            "replicas": REPLICAS,
            "selector": {"matchLabels": {"app": DEPLOYMENT}},
            "template": {"metadata": {"labels": _LABELS}, "spec": {"containers": [container]}},
        },
    }
