"""Nodes of a pool as the cluster has them."""

from typing import Any

import msgspec
from lightkube.models.core_v1 import Node

from cli.nccl.pairs.nodes import DRIVER, INSTANCE_TYPE, PoolNode, pool_node
from knowledge.node_names import POOL_LABEL

NODES = "/api/v1/nodes"


def node_document(
    name: str, *, gpus: int = 1, efa: int = 1, ready: bool = True, kernel: str = "6.12.1", driver: str = ""
) -> dict[str, Any]:
    labels = {POOL_LABEL: "g4dn", INSTANCE_TYPE: "g4dn.8xlarge", "karpenter.sh/nodepool": "g4dn"}
    devices = {"nvidia.com/gpu": str(gpus), "vpc.amazonaws.com/efa": str(efa)}
    unused = ("architecture", "bootID", "containerRuntimeVersion", "kubeProxyVersion", "machineID")
    info = dict.fromkeys((*unused, "operatingSystem", "systemUUID"), "") | {
        "kubeletVersion": "v1.35.4",
        "kernelVersion": kernel,
        "osImage": "Amazon Linux 2023",
    }
    return {
        "metadata": {"name": name, "labels": {**labels, **({DRIVER: driver} if driver else {})}},
        "spec": {},
        "status": {
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "allocatable": {**devices, "memory": "120Gi"},
            "nodeInfo": info,
        },
    }


def a_node(name: str, **differs: Any) -> PoolNode:
    return pool_node(msgspec.convert(node_document(name, **differs), Node))
