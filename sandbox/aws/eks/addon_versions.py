"""The addons there are, and a sample of their versions: enough to pin, to default and to upgrade.

The true lists are long and change weekly; `aws eks describe-addon-versions` has them. The versions of
vpc-cni, coredns and kube-proxy were seen in use with Kubernetes 1.35; of the other two only the form is
sure.
"""

from collections.abc import Mapping
from typing import Any

from knowledge.eks_versions import VERSIONS
from sandbox.aws.errors import AwsError

KUBE_PROXY = "kube-proxy"

_VERSIONS: Mapping[str, tuple[str, ...]] = {
    "vpc-cni": ("v1.21.1-eksbuild.3", "v1.21.1-eksbuild.1", "v1.20.4-eksbuild.2"),
    "coredns": ("v1.13.2-eksbuild.1", "v1.12.4-eksbuild.1"),
    "eks-pod-identity-agent": ("v1.3.10-eksbuild.2", "v1.3.9-eksbuild.3"),
    "aws-ebs-csi-driver": ("v1.55.0-eksbuild.1", "v1.53.0-eksbuild.1"),
}

NAMES = (KUBE_PROXY, *_VERSIONS)


def versions_of(addon: str, kubernetes: str) -> tuple[str, ...]:
    """The addon's versions for a Kubernetes minor, newest first; the first is the default.

    Raises EKS's error.
    """
    if addon == KUBE_PROXY:
        return (f"v{kubernetes}.0-eksbuild.2", f"v{kubernetes}.0-eksbuild.1")
    if addon not in _VERSIONS:
        message = f"Addon {addon} specified is not supported; the sandbox knows {', '.join(NAMES)}"
        raise AwsError("InvalidParameterException", message)
    return _VERSIONS[addon]


def description(addon: str, kubernetes: str | None) -> dict[str, Any]:
    """The addon as DescribeAddonVersions shows it, for one Kubernetes minor or for all."""
    minors = [kubernetes] if kubernetes else list(VERSIONS)
    compatible: dict[str, list[dict[str, Any]]] = {}
    for minor in minors:
        for index, version in enumerate(versions_of(addon, minor)):
            compatibility = {"clusterVersion": minor, "platformVersions": ["*"], "defaultVersion": index == 0}
            compatible.setdefault(version, []).append(compatibility)
    return {
        "addonName": addon,
        "type": "storage" if addon == "aws-ebs-csi-driver" else "networking",
        "owner": "aws",
        "publisher": "eks",
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "computeTypes": ["ec2"],
                "compatibilities": compatibilities,
                "requiresConfiguration": False,
                "requiresIamPermissions": addon in ("vpc-cni", "aws-ebs-csi-driver"),
            }
            for version, compatibilities in compatible.items()
        ],
    }
