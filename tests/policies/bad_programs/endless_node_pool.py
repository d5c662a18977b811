"""A NodePool without a limit, whose nodes are taken from under running jobs."""

import pulumi
import pulumi_kubernetes as kubernetes

cluster = kubernetes.Provider("cluster", kubeconfig="{}")
kubernetes.apiextensions.CustomResource(
    "train",
    api_version="karpenter.sh/v1",
    kind="NodePool",
    metadata={"name": "train"},
    spec={
        "template": {
            "metadata": {"labels": {"eks-efa/pool": "train"}},
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "train"},
                "requirements": [],
                "expireAfter": "Never",
            },
        },
        "disruption": {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": "1m",
            "budgets": [{"nodes": "10%"}],
        },
    },
    opts=pulumi.ResourceOptions(provider=cluster),
)
