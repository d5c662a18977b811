"""`monitoring`: Prometheus, Grafana and the exporters, and when an alert is raised."""

from typing import Annotated

from pydantic import Field

from settings.base import DNS_LABEL, Branch
from settings.device_plugins import ChartVersion

RETENTION = r"^[1-9][0-9]*[hdwy]$"

Retention = Annotated[str, Field(pattern=RETENTION)]
"""Hours, days, weeks or years, as Prometheus writes them: `15d`."""

ObjectName = Annotated[str, Field(pattern=DNS_LABEL)]


class DcgmExporterSettings(Branch):
    """NVIDIA's exporter of GPU metrics, on the nodes that have NVIDIA GPUs."""

    enabled: bool = True
    """Install it. False where the GPU operator brings one."""
    version: ChartVersion = "4.8.2"
    """Release of the chart `dcgm-exporter`."""


class AlertSettings(Branch):
    """What is too long and too much. Each alert has a section in docs/runbooks.md."""

    runbooks: str = "docs/runbooks.md"
    """Where alerts send people: the address of docs/runbooks.md as your organisation reaches it."""
    pods_wait_minutes: int = Field(default=20, ge=1)
    """A pod has been pending for so long. Karpenter gives an instance 5 minutes to launch and 15 to join."""
    out_of_capacity_minutes: int = Field(default=15, ge=1)
    """EC2 has had no capacity for a provisioner for so long; Karpenter asks again every 3 minutes."""
    node_registration_minutes: int = Field(default=10, ge=1, le=14)
    """An instance runs for so long and is no node. After 15 Karpenter replaces it (its liveness.go)."""
    node_initialization_minutes: int = Field(default=30, ge=16)
    """A node of Karpenter's is not what its pods asked for after so long: not Ready, or without a device.
    Unlike one that does not register, Karpenter never takes it back (its initialization.go)."""
    interruption_seconds: int = Field(default=60, ge=1, le=60)
    """An interruption waited for longer to be handled; a spot instance has 120 s from its notice."""
    interruption_errors: int = Field(default=10, ge=0)
    """Failed looks at the interruption queue in 10 minutes."""
    efa_errors: int = Field(default=10, ge=0)
    """Failed work requests, dropped packets or lost peers of one EFA device in 10 minutes, each by itself."""
    efa_retransmitted_percent: int = Field(default=1, ge=1, le=100)
    """Share of the bytes of an EFA device that had to be sent again, over 10 minutes."""


class MonitoringSettings(Branch):
    """kube-prometheus-stack, exporters for GPUs and EFA, dashboards and alerts."""

    enabled: bool = False
    """Install all of it, in the namespace `monitoring`."""
    chart_version: ChartVersion = "88.5.3"
    """Release of the chart `kube-prometheus-stack`."""
    crds_version: ChartVersion = "31.0.1"
    """Release of the chart `prometheus-operator-crds`, with the same operator as the other one."""
    prometheus_retention: Retention = "15d"
    """How long Prometheus keeps what it has measured."""
    storage_gib: int = Field(default=50, ge=5, le=16384)
    """Volume of Prometheus in GiB. It is deleted with the stack."""
    storage_class: ObjectName | None = None
    """Storage class of that volume. None: one is made, of encrypted gp3."""
    grafana_admin_secret: ObjectName | None = None
    """Secret in `monitoring` with the keys `admin-user` and `admin-password`. None: the chart makes one, with
    a random password that is in no setting and no state file."""
    dcgm_exporter: DcgmExporterSettings = DcgmExporterSettings()
    """GPU metrics."""
    efa_counters: bool = True
    """Read the EFA driver's counters on every node."""
    alerts: AlertSettings = AlertSettings()
    """Thresholds of the alerts."""
