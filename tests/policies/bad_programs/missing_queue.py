"""Karpenter without a queue: it learns of an interruption when the node is gone."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

cluster = kubernetes.Provider("cluster", kubeconfig="{}")
aws.eks.PodIdentityAssociation(
    "karpenter",
    cluster_name="train",
    namespace="kube-system",
    service_account="karpenter",
    role_arn="arn:aws:iam::123456789012:role/karpenter",
    tags={"owner": "platform", "eks-efa/stack": "bad"},
)
kubernetes.helm.v3.Release(
    "karpenter",
    chart="oci://public.ecr.aws/karpenter/karpenter",
    version="1.14.0",
    namespace="kube-system",
    values={"settings": {"clusterName": "train"}},
    opts=pulumi.ResourceOptions(provider=cluster),
)
