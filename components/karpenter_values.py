"""The values of Karpenter's chart, typed: helm says nothing of a name that its chart does not know.

Checked against values.yaml and the deployment template of the chart of Karpenter 1.14
(https://github.com/aws/karpenter-provider-aws/tree/v1.14.0/charts/karpenter).
"""

from typing import Any, TypedDict

import pulumi

from knowledge.system_nodes import TOLERATIONS, Labels
from settings.karpenter import FeatureGates, KarpenterSettings


class KarpenterFeatureGates(TypedDict):
    """`settings.featureGates`."""

    nodeRepair: bool
    nodeOverlay: bool
    reservedCapacity: bool
    spotToSpotConsolidation: bool
    staticCapacity: bool
    capacityBuffer: bool


class KarpenterOptions(TypedDict):
    """`settings`: each becomes an environment variable of the controller."""

    clusterName: pulumi.Input[str]
    clusterEndpoint: pulumi.Input[str]
    interruptionQueue: pulumi.Input[str]
    eksControlPlane: bool
    batchIdleDuration: str
    batchMaxDuration: str
    reservedENIs: str
    featureGates: KarpenterFeatureGates


class KarpenterValues(TypedDict):
    """What this project sets; everything else keeps the chart's default."""

    replicas: int
    logLevel: str
    serviceAccount: dict[str, Any]
    affinity: dict[str, Any]
    tolerations: list[dict[str, str]]
    controller: dict[str, Any]
    serviceMonitor: dict[str, Any]
    settings: KarpenterOptions


def karpenter_values(
    settings: KarpenterSettings,
    *,
    service_account: str,
    cluster_name: pulumi.Input[str],
    cluster_endpoint: pulumi.Input[str],
    interruption_queue: pulumi.Input[str],
    region: str,
    service_monitor: bool,
    system_nodes: Labels,
) -> KarpenterValues:
    """Build the values. `system_nodes` are the labels of the nodes that the controller may run on."""
    return KarpenterValues(
        replicas=settings.replicas,
        logLevel=settings.log_level,
        # The pod identity association names this very account.
        serviceAccount={"create": True, "name": service_account},
        affinity={"nodeAffinity": _only_on(system_nodes)},
        tolerations=list(TOLERATIONS),
        controller={
            # Else the controller asks the node's metadata service, which pods do not reach, and ends. Pod
            # Identity tells pods their region too, but only those that its webhook has seen.
            "env": [{"name": "AWS_REGION", "value": region}],
            "resources": {
                # No CPU limit: a throttled controller is late just when many pods wait. Memory is both,
                # because the controller sizes its garbage collector by the limit (MEMORY_LIMIT in the chart).
                "requests": {"cpu": settings.cpu_request, "memory": settings.memory},
                "limits": {"memory": settings.memory},
            },
        },
        # Metrics of a pod keep the pod's namespace, which Prometheus would else rename for Karpenter's own.
        serviceMonitor={"enabled": service_monitor, "endpointConfig": {"honorLabels": True}},
        settings=KarpenterOptions(
            clusterName=cluster_name,
            clusterEndpoint=cluster_endpoint,
            interruptionQueue=interruption_queue,
            # Take the Kubernetes version from EKS and not from the API server's own, which lags during an
            # upgrade.
            eksControlPlane=True,
            batchIdleDuration=settings.batch_idle_duration,
            batchMaxDuration=settings.batch_max_duration,
            reservedENIs=str(settings.reserved_enis),
            featureGates=_feature_gates(settings.feature_gates),
        ),
    )


def _only_on(system_nodes: Labels) -> dict[str, Any]:
    """The chart's own rule keeps Karpenter off its own nodes; ours also off other groups, with their GPUs."""
    expressions = [
        {"key": "karpenter.sh/nodepool", "operator": "DoesNotExist"},
        *({"key": key, "operator": "In", "values": [value]} for key, value in system_nodes.items()),
    ]
    terms = {"nodeSelectorTerms": [{"matchExpressions": expressions}]}
    return {"requiredDuringSchedulingIgnoredDuringExecution": terms}


def _feature_gates(gates: FeatureGates) -> KarpenterFeatureGates:
    return KarpenterFeatureGates(
        nodeRepair=gates.node_repair,
        nodeOverlay=gates.node_overlay,
        reservedCapacity=gates.reserved_capacity,
        spotToSpotConsolidation=gates.spot_to_spot_consolidation,
        staticCapacity=gates.static_capacity,
        capacityBuffer=gates.capacity_buffer,
    )
