"""Which EKS-optimized AL2023 image a node needs and where Systems Manager keeps its id."""

import re
from typing import Literal

from knowledge.fault import Fault, quoted
from knowledge.hardware import InstanceType

Variant = Literal["standard", "nvidia", "neuron"]

RELEASE = re.compile(r"v\d{8}")
"""An EKS AMI release: the `v20260714` of awslabs/amazon-eks-ami's tags."""

GROUP_RELEASE = re.compile(r"(\d+\.\d+)\.\d+-\d{8}")
"""The same release as managed node groups have it (`releaseVersion`), with the Kubernetes that it is for."""

_AMI_TYPES: dict[tuple[str, Variant], str] = {
    ("x86_64", "standard"): "AL2023_x86_64_STANDARD",
    ("arm64", "standard"): "AL2023_ARM_64_STANDARD",
    ("x86_64", "nvidia"): "AL2023_x86_64_NVIDIA",
    ("arm64", "nvidia"): "AL2023_ARM_64_NVIDIA",
    ("x86_64", "neuron"): "AL2023_x86_64_NEURON",
}
"""Every image there is, with its name in the EKS API (`AMITypes`); there is no Neuron image for arm64."""


def variant_for(instance_type: InstanceType) -> Variant:
    """The variant with the drivers that the type's devices need; `standard` where it has neither kind."""
    if instance_type.gpu_manufacturer == "NVIDIA":
        return "nvidia"
    return "neuron" if instance_type.neuron_devices else "standard"


def ami_parameter(kubernetes: str, architecture: str, variant: Variant, release: str | None = None) -> str:
    """Name of the public SSM parameter that holds the image id; without a release, the recommended one's.

    The names are those of the EKS user guide (retrieve-ami-id); the pinned form is the one Karpenter resolves
    `al2023@v20260714` by (v1.14.0, pkg/providers/amifamily/al2023.go). Raises KeyError for an image there is
    not.
    """
    _AMI_TYPES[architecture, variant]
    image = (
        f"amazon-eks-node-al2023-{architecture}-{variant}-{kubernetes}-{release}"
        if release
        else "recommended"
    )
    family = f"/aws/service/eks/optimized-ami/{kubernetes}/amazon-linux-2023"
    return f"{family}/{architecture}/{variant}/{image}/image_id"


def eks_ami_type(architecture: str, variant: Variant) -> str:
    """The managed node group's `amiType` for the same image; KeyError for an image there is not."""
    return _AMI_TYPES[architecture, variant]


def release_faults(release: str) -> tuple[Fault, ...]:
    """What keeps the text from being an AMI release."""
    if RELEASE.fullmatch(release):
        return ()
    return (
        Fault(
            f"{quoted(release)} is not a release of the EKS AL2023 image",
            "a release is v and a date: v20260714",
        ),
    )


def group_release_fault(release: str, kubernetes: str) -> Fault | None:
    """What keeps the text from being a release that a managed group of this Kubernetes minor can have."""
    found = GROUP_RELEASE.fullmatch(release)
    if not found:
        allowed = f"a release is Kubernetes and a date: {kubernetes}.4-20261012"
        return Fault(f"{quoted(release)} is not a release of EKS's image", allowed)
    if found[1] != kubernetes:
        return Fault(
            f"{release} is for Kubernetes {found[1]}", f"the cluster is of {kubernetes}", "name another"
        )
    return None
