"""NCCL test results over time: each run of `eks-efa nccl` writes them, and they stay until the next one."""

from components.dashboards.panels import Dashboard, Panel, Query, Row

_LEGEND = "{{variant}} {{instance_type}}"

NCCL = Dashboard(
    uid="eks-efa-nccl",
    title="EKS EFA: NCCL tests",
    rows=(
        Row(
            "Last runs",
            (
                Panel(
                    "Best bus bandwidth",
                    "Of the sizes that were tested. A replayed recording is no measurement and says so.",
                    (
                        Query('eks_efa_nccl_bus_bandwidth_bytes_per_second{recorded="false"}', _LEGEND),
                        Query(
                            'eks_efa_nccl_bus_bandwidth_bytes_per_second{recorded="true"}',
                            f"{_LEGEND} (recorded)",
                        ),
                    ),
                    "Bps",
                    width=12,
                ),
                Panel(
                    "Floor",
                    "What the bandwidth was judged by, where one is published for the instance type.",
                    (Query("eks_efa_nccl_floor_bytes_per_second", _LEGEND),),
                    "Bps",
                    width=6,
                ),
                Panel(
                    "Passed",
                    "1 for a run that passed, 0 for one that failed or proved nothing.",
                    (Query("eks_efa_nccl_passed", _LEGEND),),
                    "none",
                    "stat",
                    width=6,
                ),
            ),
        ),
    ),
)
