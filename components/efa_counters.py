"""What EFA devices have sent, received and failed at: the driver's counters, brought to the node exporter.

The node exporter's own collector of /sys/class/infiniband knows the counters of NVIDIA's drivers by name, and
none of EFA's but `lifespan` (sysfs/class_infiniband.go of https://github.com/prometheus/procfs, v0.21.1). AWS
keeps a fork of it that does
(https://github.com/awslabs/awsome-distributed-ai, 4.validation_and_observability/3.efa-node-exporter) and
publishes no image of it. So a shell beside the node exporter writes them to a file that its textfile
collector reads, under the names of AWS's fork: dashboards made for either read both.
"""

from typing import Any

EFA_COUNTERS = (
    "tx_bytes",
    "tx_pkts",
    "rx_bytes",
    "rx_pkts",
    "rx_drops",
    "send_bytes",
    "send_wrs",
    "recv_bytes",
    "recv_wrs",
    "rdma_read_wrs",
    "rdma_read_bytes",
    "rdma_read_wr_err",
    "rdma_read_resp_bytes",
    "rdma_write_wrs",
    "rdma_write_bytes",
    "rdma_write_wr_err",
    "rdma_write_recv_bytes",
    "retrans_bytes",
    "retrans_pkts",
    "retrans_timeout_events",
    "unresponsive_remote_events",
    "impaired_remote_conn_events",
)
"""Counters of a port, in the order of the driver (kernel/linux/efa/src/efa_verbs.c of
https://github.com/amzn/amzn-drivers, 64788ef). Drivers of older images lack the last five."""

METRIC_PREFIX = "node_amazonefa_"

TEXTFILES = "/var/lib/efa-counters"
"""Directory that both containers share; in memory."""

SYSFS = "/host/sys"
"""Where the node exporter's chart mounts the node's /sys."""

SECONDS = 15
"""Between two looks; Prometheus looks every 30 s."""


def counters_script(sysfs: str = SYSFS, textfiles: str = TEXTFILES) -> str:
    """One look at all counters, for a POSIX shell without any other program than `mv`.

    The file is put in place whole, as the collector may read at any time; without EFA it is empty.
    """
    return f"""\
for counter in {" ".join(EFA_COUNTERS)}; do
  told=
  for file in {sysfs}/class/infiniband/*/ports/*/hw_counters/$counter; do
    read -r value 2>/dev/null < "$file" || continue
    port=${{file%/hw_counters/*}} device=${{file#{sysfs}/class/infiniband/}}
    [ "$told" ] || echo "# TYPE {METRIC_PREFIX}$counter counter"
    told=yes
    echo "{METRIC_PREFIX}$counter{{device=\\"${{device%%/*}}\\",port=\\"${{port##*/}}\\"}} $value"
  done
done > {textfiles}/efa.draft
mv {textfiles}/efa.draft {textfiles}/efa.prom
"""


def efa_counters_values() -> dict[str, Any]:
    """Values of prometheus-node-exporter that put the shell beside it.

    A sidecar without an image gets the node exporter's own, which has busybox where it is not the distroless
    one (https://github.com/prometheus-community/helm-charts, charts/prometheus-node-exporter 4.56).
    """
    # The first process of a container heeds SIGTERM only where it says so, and between two commands.
    loop = f"trap exit TERM\nwhile true; do\n{counters_script()}sleep {SECONDS} & wait $!\ndone\n"
    return {
        "image": {"distroless": False},
        "sidecarVolumeMount": [{"name": "efa-counters", "mountPath": TEXTFILES, "readOnly": False}],
        "sidecars": [
            {
                "name": "efa-counters",
                "command": ["/bin/sh", "-c", loop],
                "volumeMounts": [{"name": "sys", "mountPath": SYSFS, "readOnly": True}],
                "resources": {
                    "requests": {"cpu": "10m", "memory": "16Mi"},
                    "limits": {"memory": "32Mi"},
                },
            }
        ],
    }
