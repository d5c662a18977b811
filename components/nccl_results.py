"""Makes the results of NCCL tests something that Prometheus can take: a file of a ConfigMap, served.

`eks-efa nccl` writes its last results in Prometheus's own text format into the ConfigMap of the verdict. A
node exporter that collects nothing but text files serves them; Prometheus keeps what it has seen.
"""

from typing import Any

from knowledge.nccl_job import NAMESPACE, SERIES_FILE, VERDICT_CONFIG_MAP

NAME = "nccl-results"

IMAGE = "quay.io/prometheus/node-exporter:v1.12.1"
"""The release that kube-prometheus-stack 88 runs on the nodes."""

PORT = 9100
FOLDER = "/results"

_LABELS = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/part-of": "eks-efa"}
_METADATA = {"name": NAME, "namespace": NAMESPACE, "labels": _LABELS}
_PORT_NAME = "metrics"


def deployment(on_nodes: dict[str, Any]) -> dict[str, Any]:
    """The Deployment; `on_nodes` are the node selector and tolerations of its pod."""
    return {
        "metadata": _METADATA,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": _LABELS},
            "template": {"metadata": {"labels": _LABELS}, "spec": {**_pod(), **on_nodes}},
        },
    }


def service() -> dict[str, Any]:
    """What the ServiceMonitor finds the pod by."""
    port = {"name": _PORT_NAME, "port": PORT, "targetPort": _PORT_NAME}
    return {"metadata": _METADATA, "spec": {"selector": _LABELS, "ports": [port]}}


def service_monitor() -> dict[str, Any]:
    """What tells Prometheus to take the results."""
    return {
        "metadata": _METADATA,
        "spec": {"selector": {"matchLabels": _LABELS}, "endpoints": [{"port": _PORT_NAME}]},
    }


def _pod() -> dict[str, Any]:
    container = {
        "name": "node-exporter",
        "image": IMAGE,
        "args": [
            "--collector.disable-defaults",
            "--collector.textfile",
            f"--collector.textfile.directory={FOLDER}",
            "--web.disable-exporter-metrics",
            f"--web.listen-address=:{PORT}",
        ],
        "ports": [{"name": _PORT_NAME, "containerPort": PORT}],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "results", "mountPath": FOLDER, "readOnly": True}],
    }
    return {
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {
                "name": "results",
                "configMap": {
                    "name": VERDICT_CONFIG_MAP,
                    "items": [{"key": SERIES_FILE, "path": SERIES_FILE}],
                    # There is none before the first test.
                    "optional": True,
                },
            }
        ],
    }
