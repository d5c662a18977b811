"""The values of Cluster Autoscaler's chart, typed: helm says nothing of a name that its chart does not know.

Checked against values.yaml and the templates of the chart 9.59.0
(https://github.com/kubernetes/autoscaler/tree/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts).
"""

from typing import Any, TypedDict

import pulumi

from knowledge.cluster_autoscaler import NAME
from knowledge.system_nodes import OWN, TOLERATIONS
from settings.cluster_autoscaler import Autoscaler

MODE_LABEL = "eks-efa/autoscaler"
"""What the stack's `autoscaler` says. Nothing reads it; it makes every change of the setting one of the
release, and helm then gives the Deployment back the replica that a migration took: going back is one
setting."""


class ClusterAutoscalerValues(TypedDict):
    """What this project sets; everything else keeps the chart's default."""

    fullnameOverride: str
    additionalLabels: dict[str, str]
    cloudProvider: str
    awsRegion: str
    autoDiscovery: dict[str, pulumi.Input[str]]
    image: dict[str, str]
    rbac: dict[str, Any]
    replicaCount: int
    nodeSelector: dict[str, str]
    tolerations: list[dict[str, str]]
    resources: dict[str, dict[str, str]]
    extraArgs: dict[str, str]


def cluster_autoscaler_values(
    mode: Autoscaler, *, release: str, region: str, cluster_name: pulumi.Input[str]
) -> ClusterAutoscalerValues:
    """Build the values. `release` is the program's, such as `1.35.2`."""
    return ClusterAutoscalerValues(
        fullnameOverride=NAME,
        additionalLabels={MODE_LABEL: mode},
        cloudProvider="aws",
        awsRegion=region,
        autoDiscovery={"clusterName": cluster_name},
        image={"tag": f"v{release}"},
        # The pod identity association names this very account.
        rbac={"serviceAccount": {"create": True, "name": NAME}},
        replicaCount=1,
        nodeSelector=dict(OWN),
        tolerations=list(TOLERATIONS),
        # No CPU limit, as for Karpenter: whoever brings nodes must not be late when pods wait.
        resources={"requests": {"cpu": "100m", "memory": "600Mi"}, "limits": {"memory": "600Mi"}},
        extraArgs={
            # The group that leaves the least idle: a pod for one GPU must not bring a node of eight.
            "expander": "least-waste",
            # GPU jobs keep scratch data in emptyDir volumes; with `true`, their nodes would never go.
            "skip-nodes-with-local-storage": "false",
        },
    )
