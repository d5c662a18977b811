"""The values of the monitoring charts: where their pods run, what they keep, and whose metrics they take.

Checked by rendering kube-prometheus-stack 88.5.3 (with prometheus-node-exporter 4.56.1, kube-state-metrics
8.4.0 and grafana 12.11.1; https://github.com/prometheus-community/helm-charts at cf408a2 and
https://github.com/grafana-community/helm-charts at 3386a11) and dcgm-exporter 4.8.2
(https://github.com/NVIDIA/dcgm-exporter, deployment/ at d5e5f51) with them.
"""

from collections.abc import Mapping
from typing import Any

from components.device_plugin_values import nvidia_plugin_values
from components.efa_counters import TEXTFILES, efa_counters_values
from knowledge.system_nodes import Labels, on_system_nodes
from settings.monitoring import MonitoringSettings

Values = dict[str, Any]

NODE_LABEL: tuple[Values, ...] = (
    {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"},
)
"""Relabelling that says of each metric from which node it comes, which is what people know nodes by."""

_HIDDEN_ON_EKS = ("kubeControllerManager", "kubeEtcd", "kubeScheduler", "kubeProxy")
"""What the chart would look for and not find: EKS runs the first three out of reach, and kube-proxy tells its
metrics to its own node only."""

FILLED_TO = 0.9
"""Share of its volume that Prometheus fills before the oldest goes; the rest is for its write-ahead log."""


def stack_values(settings: MonitoringSettings, storage_class: str, system_nodes: Labels) -> Values:
    """Values of kube-prometheus-stack. `system_nodes` are the labels of the nodes that its pods run on."""
    placed = on_system_nodes(system_nodes)
    return {
        "crds": {"enabled": False},
        **{component: {"enabled": False} for component in _HIDDEN_ON_EKS},
        "prometheusOperator": {
            **placed,
            # Two jobs and a certificate, to refuse wrong rules early; the operator leaves them out anyway.
            "admissionWebhooks": {"enabled": False},
            "tls": {"enabled": False},
        },
        "prometheus": {"prometheusSpec": _prometheus(settings, storage_class) | placed},
        "alertmanager": {
            "alertmanagerSpec": {
                **placed,
                # An AlertmanagerConfig gets the alerts of every namespace and not only of its own.
                "alertmanagerConfigMatcherStrategy": {"type": "None"},
            }
        },
        "grafana": {**placed, **_grafana_admin(settings.grafana_admin_secret)},
        "kube-state-metrics": placed,
        "prometheus-node-exporter": _node_exporter(settings),
    }


def _prometheus(settings: MonitoringSettings, storage_class: str) -> Values:
    """A nil selector means "any" only where the chart does not put its own in its place."""
    kinds = ("serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig")
    return {
        **{f"{kind}SelectorNilUsesHelmValues": False for kind in kinds},
        "retention": settings.prometheus_retention,
        "retentionSize": f"{int(settings.storage_gib * FILLED_TO)}GiB",
        "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "6Gi"}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
        "storageSpec": {
            "volumeClaimTemplate": {
                "spec": {
                    "storageClassName": storage_class,
                    "accessModes": ["ReadWriteOnce"],
                    "resources": {"requests": {"storage": f"{settings.storage_gib}Gi"}},
                }
            }
        },
    }


def _grafana_admin(secret: str | None) -> Values:
    """Without a secret the chart makes one with a random password, and keeps it when it is upgraded."""
    return {"admin": {"existingSecret": secret}} if secret else {}


def _node_exporter(settings: MonitoringSettings) -> Values:
    """On every node, whatever its taints. The chart's own two arguments have to be said again."""
    arguments = [
        "--collector.filesystem.mount-points-exclude="
        "^/(dev|proc|sys|run/containerd/.+|var/lib/docker/.+|var/lib/kubelet/.+)($|/)",
        "--collector.filesystem.fs-types-exclude=^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts"
        "|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs"
        "|selinuxfs|squashfs|sysfs|tracefs|erofs)$",
    ]
    values: Values = {
        "tolerations": [{"operator": "Exists"}],
        "prometheus": {"monitor": {"relabelings": list(NODE_LABEL)}},
    }
    if not settings.efa_counters:
        return values
    return {
        **values,
        **efa_counters_values(),
        "extraArgs": [*arguments, f"--collector.textfile.directory={TEXTFILES}"],
    }


def dcgm_exporter_values() -> Values:
    """Values of dcgm-exporter.

    It runs where the device plugin runs. Its metrics name the pod that has the GPU, which must win over the
    exporter's own name. On nodes of 8 GPUs it takes about as much memory as the chart's limit of 512Mi, and
    was killed for it: https://github.com/pytorch/ci-infra/issues/1011.
    """
    where: Mapping[str, Any] = nvidia_plugin_values()
    return {
        **where,
        "resources": {"requests": {"cpu": "100m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "serviceMonitor": {"honorLabels": True, "relabelings": list(NODE_LABEL)},
    }
