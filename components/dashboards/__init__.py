"""The dashboards: what to look at when scaling, the network or the GPUs are in question. Pure; no Pulumi."""

from components.dashboards.efa_and_gpu import EFA_AND_GPU
from components.dashboards.karpenter import KARPENTER
from components.dashboards.nccl import NCCL
from components.dashboards.panels import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (KARPENTER, EFA_AND_GPU, NCCL)

__all__ = ["DASHBOARDS", "KARPENTER"]
