"""A NodePool that does not depend on Karpenter: on destroy its nodes are left to nobody."""

import pulumi
import pulumi_kubernetes as kubernetes

cluster = kubernetes.Provider("cluster", kubeconfig="{}")
inside = pulumi.ResourceOptions(provider=cluster)
kubernetes.helm.v3.Release(
    "karpenter-crd", chart="oci://public.ecr.aws/karpenter/karpenter-crd", version="1.14.0", opts=inside
)
kubernetes.helm.v3.Release(
    "karpenter",
    chart="oci://public.ecr.aws/karpenter/karpenter",
    version="1.14.0",
    namespace="kube-system",
    opts=inside,
)
kubernetes.apiextensions.CustomResource(
    "train",
    api_version="karpenter.sh/v1",
    kind="NodePool",
    metadata={"name": "train"},
    spec={
        "template": {"spec": {"nodeClassRef": {"name": "train"}, "requirements": []}},
        "limits": {"nodes": "4"},
    },
    opts=inside,
)
