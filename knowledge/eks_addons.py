"""The EKS addons that a stack has, and what their versions are called in its settings."""

from collections.abc import Mapping

EKS_ADDONS: Mapping[str, str] = {
    "vpcCni": "vpc-cni",
    "kubeProxy": "kube-proxy",
    "coredns": "coredns",
    "podIdentityAgent": "eks-pod-identity-agent",
    "ebsCsiDriver": "aws-ebs-csi-driver",
}
"""Names in EKS by keys of `cluster.addons`."""

FLOATING = "default"
"""The version that says: whichever EKS recommends on the day of the `up`."""
