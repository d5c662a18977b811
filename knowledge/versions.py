"""Which Kubernetes minors, Karpenter releases and VPC CNI releases go together."""

import re
from dataclasses import dataclass

DEFAULT_KUBERNETES = "1.35"
DEFAULT_KARPENTER = "1.14.0"
"""The defaults are the pair that the sandbox runs."""

VPC_CNI_FLOOR_FOR_EFA_ONLY = "1.18.5"
"""First VPC CNI release that knows efa-only interfaces (EKS user guide, node-efa)."""

MINIMUM_KARPENTER: dict[str, str] = {
    "1.30": "0.37",
    "1.31": "1.0.5",
    "1.32": "1.2",
    "1.33": "1.5",
    "1.34": "1.6",
    "1.35": "1.9",
    "1.36": "1.13",
}
"""Least Karpenter release by Kubernetes minor: the compatibility matrix of Karpenter's documentation,
v1.14.1."""

STATIC_INTERFACES_SINCE = "1.11.0"
"""First Karpenter with `networkInterfaces` and `placementGroupSelector` in the EC2NodeClass:
aws/karpenter-provider-aws#9027, #9030. This project's node classes use both."""


@dataclass(frozen=True)
class Support:
    """Whether a pair of versions is supported, and why or why not, in one line for the user."""

    supported: bool
    reason: str


def karpenter_support(kubernetes: str, karpenter: str) -> Support:
    """Whether this Karpenter release runs on this Kubernetes minor and knows the fields this project needs.

    Versions as the user writes them: `1.35` and `1.14.0`. What is not a version is not supported.
    """
    release = _numbers(karpenter)
    if not re.fullmatch(r"\d+\.\d+\.\d+", karpenter) or release is None:
        return Support(False, f'"{karpenter}" is not a Karpenter release; write it as {DEFAULT_KARPENTER}')
    minimum = MINIMUM_KARPENTER.get(kubernetes)
    if minimum is None:
        return Support(
            False, f'Kubernetes "{kubernetes}" is not in the table; {", ".join(MINIMUM_KARPENTER)} are'
        )
    if release < _at_least(minimum):
        return Support(
            False,
            f"Karpenter {karpenter} is too old for Kubernetes {kubernetes}; it needs {minimum} or newer",
        )
    if release < _at_least(STATIC_INTERFACES_SINCE):
        return Support(
            False,
            f"Karpenter {karpenter} knows no network interfaces or placement groups in an EC2NodeClass; "
            f"{STATIC_INTERFACES_SINCE} and newer do",
        )
    return Support(True, f"Kubernetes {kubernetes} needs Karpenter {minimum} or newer")


def vpc_cni_knows_efa_only(version: str) -> bool:
    """Whether a vpc-cni addon version (`v1.20.4-eksbuild.1`) can do efa-only interfaces; False for what is
    no version."""
    numbers = _numbers(version)
    return numbers is not None and numbers >= _at_least(VPC_CNI_FLOOR_FOR_EFA_ONLY)


def _numbers(version: str) -> tuple[int, int, int] | None:
    """Major, minor and patch; a leading `v` and a build suffix do not count, a missing patch is 0."""
    match = re.fullmatch(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?", version)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def _at_least(version: str) -> tuple[int, int, int]:
    """Numbers of a version in this file's own tables."""
    numbers = _numbers(version)
    if numbers is None:
        raise ValueError(version)
    return numbers
