"""The alerts, as a PrometheusRule: each says what people would notice, and leads to a section of a runbook.

Every metric named here exists in Karpenter's own metrics or in the documented list of its exporter, and every
alert is made to fire by a fault of the sandbox or by counters from a made-up /sys; the tests hold both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.efa_counters import METRIC_PREFIX
from knowledge.karpenter_metrics import failed_looks, late_interruptions, queue_unread
from settings.monitoring import AlertSettings

Severity = Literal["critical", "warning"]

WINDOW = "10m"
"""Over which events are counted: three of Karpenter's attempts to get capacity."""


@dataclass(frozen=True)
class Alert:
    """One alert."""

    name: str
    expression: str
    minutes: int
    """How long the expression must hold."""
    severity: Severity
    summary: str
    """One line; may use the labels of the expression."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Tell rules of one name apart."""

    def rule(self, runbooks: str) -> dict[str, Any]:
        """As Prometheus wants it; the runbook's section has the alert's name."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": f"{self.minutes}m",
            "labels": {"severity": self.severity, **self.labels},
            "annotations": {"summary": self.summary, "runbook_url": f"{runbooks}#{self.name.lower()}"},
        }


KARPENTER = "karpenter"
"""Group of the alerts that a cluster without Karpenter has no use for: one of them would never end."""


def alerts(settings: AlertSettings) -> dict[str, tuple[Alert, ...]]:
    """All of them, by the name of their group."""
    return {KARPENTER: (*_scaling(settings), *_interruption(settings)), "efa": tuple(_efa(settings))}


def rule_groups(settings: AlertSettings, *, karpenter: bool = True) -> dict[str, Any]:
    """`spec` of the PrometheusRule; also a rule file, as Prometheus itself reads it. `karpenter` says whether
    the cluster has one."""
    return {
        "groups": [
            {"name": f"eks-efa-{group}", "rules": [alert.rule(settings.runbooks) for alert in members]}
            for group, members in alerts(settings).items()
            if karpenter or group != KARPENTER
        ]
    }


def _scaling(settings: AlertSettings) -> Iterable[Alert]:
    yield Alert(
        "KarpenterNotSeen",
        "absent(karpenter_build_info)",
        10,
        "critical",
        "Prometheus gets no metrics from Karpenter: no node comes or goes, and no other alert on it can fire",
    )
    yield Alert(
        "PodsWaitTooLong",
        f"max by (namespace) (karpenter_pods_unstarted_time_seconds) > {60 * settings.pods_wait_minutes}",
        1,
        "warning",
        "A pod in {{ $labels.namespace }} has waited for {{ $value | humanizeDuration }}",
    )
    yield Alert(
        "OutOfCapacity",
        "sum by (nodepool) "
        f'(increase(karpenter_nodeclaims_disrupted_total{{reason="insufficient_capacity"}}[{WINDOW}])) > 0',
        settings.out_of_capacity_minutes,
        "warning",
        "EC2 has no capacity for provisioner {{ $labels.nodepool }}",
    )
    yield Alert(
        "NodeNotRegistering",
        "max by (karpenter_sh_nodepool) (operator_nodeclaim_status_condition_current_status_seconds"
        f'{{type="Registered",status="Unknown"}}) > {60 * settings.node_registration_minutes}',
        1,
        "warning",
        "An instance of provisioner {{ $labels.karpenter_sh_nodepool }} has not become a node "
        "for {{ $value | humanizeDuration }}",
    )
    yield Alert(
        "NodeNotInitialized",
        "max by (karpenter_sh_nodepool) (operator_nodeclaim_status_condition_current_status_seconds"
        f'{{type="Initialized",status="Unknown"}}) > {60 * settings.node_initialization_minutes}',
        1,
        "warning",
        "A node of provisioner {{ $labels.karpenter_sh_nodepool }} cannot be used "
        "for {{ $value | humanizeDuration }}, and Karpenter does not take it back",
    )


def _interruption(settings: AlertSettings) -> Iterable[Alert]:
    yield Alert(
        "InterruptionBacklog",
        f"{late_interruptions(settings.interruption_seconds, WINDOW)} > 0",
        1,
        "critical",
        f"Interruptions wait for over {settings.interruption_seconds} s before Karpenter handles them",
    )
    yield Alert(
        "InterruptionQueueUnread",
        f"{failed_looks(WINDOW)} > {settings.interruption_errors} or {queue_unread(WINDOW)}",
        1,
        "critical",
        "Karpenter cannot read its interruption queue: nodes will go without a warning",
    )


_EFA_FAILURES = (
    "rdma_read_wr_err",
    "rdma_write_wr_err",
    "rx_drops",
    "unresponsive_remote_events",
    "impaired_remote_conn_events",
)


def _efa(settings: AlertSettings) -> Iterable[Alert]:
    for counter in _EFA_FAILURES:
        yield Alert(
            "EfaErrors",
            f"max by (node, device) (increase({METRIC_PREFIX}{counter}[{WINDOW}])) > {settings.efa_errors}",
            1,
            "warning",
            f"EFA device {{{{ $labels.device }}}} of {{{{ $labels.node }}}}: "
            f'{{{{ $value | printf "%.0f" }}}} {counter}',
            {"counter": counter},
        )
    sent, sent_again = (
        f"sum by (node, device) (rate({METRIC_PREFIX}{counter}[{WINDOW}]))"
        for counter in ("tx_bytes", "retrans_bytes")
    )
    yield Alert(
        "EfaRetransmits",
        f"100 * {sent_again} / {sent} > {settings.efa_retransmitted_percent}",
        1,
        "warning",
        "EFA device {{ $labels.device }} of {{ $labels.node }} sends "
        '{{ $value | printf "%.1f" }} % of its bytes again',
    )
