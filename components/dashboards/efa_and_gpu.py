"""EFA and GPUs: is the network busy, does it fail, and are the GPUs kept busy by it.

EFA's counters are the driver's (see components/efa_counters.py), the GPUs' those that dcgm-exporter's chart
turns on by default (https://github.com/NVIDIA/dcgm-exporter, deployment/templates/metrics-configmap.yaml at
d5e5f51, which the chart mounts over the image's own list).
"""

from components.dashboards.panels import Choice, Dashboard, Panel, Query, Row, Unit
from components.efa_counters import METRIC_PREFIX

_ON_NODES = '{node=~"$node"}'


def _rate(counter: str) -> str:
    """What a counter of all EFA devices of a node grows by in a second."""
    return f"sum by (node) (rate({METRIC_PREFIX}{counter}{_ON_NODES}[2m]))"


def _events(counter: str) -> Query:
    return Query(
        f"sum by (node) (increase({METRIC_PREFIX}{counter}{_ON_NODES}[10m]))", f"{{{{node}}}} {counter}"
    )


def _gpus(metric: str) -> Query:
    return Query(f"avg by (node) ({metric}{_ON_NODES})", "{{node}}")


def _gpu_panel(title: str, description: str, metric: str, unit: Unit) -> Panel:
    return Panel(title, description, (_gpus(metric),), unit)


_TRAFFIC = Row(
    "EFA traffic",
    (
        Panel(
            "Sent and received",
            "All EFA devices of a node, headers and all. Nothing during training: the job talks over TCP.",
            (Query(_rate("tx_bytes"), "{{node}} sent"), Query(_rate("rx_bytes"), "{{node}} received")),
            "Bps",
        ),
        Panel(
            "Remote reads and writes",
            "What NCCL moves straight from memory to memory, by RDMA.",
            (
                Query(_rate("rdma_read_bytes"), "{{node}} read"),
                Query(_rate("rdma_write_bytes"), "{{node}} written"),
            ),
            "Bps",
        ),
        Panel(
            "Busiest device against the quietest",
            "Bytes sent by one device of a node. Far apart: NCCL leaves interfaces unused.",
            (
                Query(f"max by (node) (rate({METRIC_PREFIX}tx_bytes{_ON_NODES}[2m]))", "{{node}} busiest"),
                Query(f"min by (node) (rate({METRIC_PREFIX}tx_bytes{_ON_NODES}[2m]))", "{{node}} quietest"),
            ),
            "Bps",
        ),
    ),
)

_TROUBLE = Row(
    "EFA trouble",
    (
        Panel(
            "Sent again",
            "Share of the bytes. A little is how SRD works around a busy path; see alert EfaRetransmits.",
            (Query(f"{_rate('retrans_bytes')} / {_rate('tx_bytes')}", "{{node}}"),),
            "percentunit",
        ),
        Panel(
            "Timeouts and lost peers",
            "In ten minutes. They come with a node that went away; by themselves they are a bad path.",
            (
                _events("retrans_timeout_events"),
                _events("unresponsive_remote_events"),
                _events("impaired_remote_conn_events"),
            ),
        ),
        Panel(
            "Drops and failed work requests",
            "In ten minutes. Should be zero.",
            (_events("rx_drops"), _events("rdma_read_wr_err"), _events("rdma_write_wr_err")),
        ),
    ),
)

_USED, _FREE = (f"DCGM_FI_DEV_FB_{state}{_ON_NODES}" for state in ("USED", "FREE"))
"""Mebibytes of a GPU's memory."""

_GPUS = Row(
    "GPUs",
    (
        _gpu_panel("Busy", "Share of time in which any kernel ran.", "DCGM_FI_DEV_GPU_UTIL", "percent"),
        _gpu_panel(
            "Tensor cores busy",
            "What the model makes of the GPU; low beside a busy GPU is a job that waits for the network.",
            "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
            "percentunit",
        ),
        Panel(
            "Memory used",
            "Share of each GPU's memory, on average.",
            (Query(f"avg by (node) ({_USED} / ({_USED} + {_FREE}))", "{{node}}"),),
            "percentunit",
        ),
        _gpu_panel("Power", "Of one GPU, on average.", "DCGM_FI_DEV_POWER_USAGE", "watt"),
        _gpu_panel("Temperature", "Of one GPU, on average.", "DCGM_FI_DEV_GPU_TEMP", "celsius"),
        Panel(
            "Last XID error",
            "NVIDIA's number of a GPU's last error, 0 for none: https://docs.nvidia.com/deploy/xid-errors/",
            (Query(f"max by (node, gpu) (DCGM_FI_DEV_XID_ERRORS{_ON_NODES}) > 0", "{{node}} GPU {{gpu}}"),),
            "none",
        ),
    ),
)

EFA_AND_GPU = Dashboard(
    uid="eks-efa-efa-and-gpu",
    title="EKS EFA: EFA and GPUs",
    rows=(_TRAFFIC, _TROUBLE, _GPUS),
    choice=Choice(name="node", label_of=f"{METRIC_PREFIX}tx_bytes"),
)
