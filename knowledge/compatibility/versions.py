"""A set of versions that are to run together, and two texts that name one: version files and image tags."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

NAMES: Mapping[str, str] = {
    "kubernetes": "Kubernetes",
    "karpenter": "Karpenter",
    "vpc_cni": "VPC CNI",
    "ami_release": "EKS image",
    "nvidia_driver": "NVIDIA driver",
    "efa_driver": "EFA driver",
    "efa_installer": "EFA installer",
    "libfabric": "libfabric",
    "aws_ofi_nccl": "aws-ofi-nccl",
    "nccl": "NCCL",
    "cuda": "CUDA",
    "cuda_driver": "CUDA of the driver",
    "gpu": "GPU",
}
"""What people call each field of a `VersionSet`."""


@dataclass(frozen=True)
class VersionSet:
    """Versions as their projects write them. None: not chosen or not known, so nothing is judged with it."""

    kubernetes: str | None = None
    """Minor, such as `1.35`."""
    karpenter: str | None = None
    vpc_cni: str | None = None
    """Given only where nodes have efa-only interfaces, which is what there is to judge about it."""
    ami_release: str | None = None
    """Release of the EKS AL2023 image, such as `v20260714`."""
    nvidia_driver: str | None = None
    efa_driver: str | None = None
    """Driver on the node."""
    efa_installer: str | None = None
    """Installer in the container, which brings libfabric and nowadays the plugin."""
    libfabric: str | None = None
    aws_ofi_nccl: str | None = None
    nccl: str | None = None
    cuda: str | None = None
    """CUDA that the container is built with."""
    cuda_driver: str | None = None
    """Newest CUDA that the node's driver knows, as NCCL's log gives it."""
    gpu: str | None = None
    """Name of the GPU as EC2 gives it, such as `H100`."""

    def given(self) -> Iterator[tuple[str, str]]:
        """Field and version of all that is known."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                yield field.name, value

    def with_missing(self, **versions: str | None) -> "VersionSet":
        """This set with the given versions where it has none."""
        return replace(
            self, **{name: value for name, value in versions.items() if getattr(self, name) is None}
        )


_OF_FILE = {
    "CUDA_VERSION": "cuda",
    "EFA_INSTALLER_VERSION": "efa_installer",
    "AWS_OFI_NCCL_VERSION": "aws_ofi_nccl",
    "NCCL_VERSION": "nccl",
}

_ASSIGNMENT = re.compile(r"(?:export\s+|ARG\s+|ENV\s+)?(?P<key>[A-Z][A-Z0-9_]*)=(?P<value>[^#]*)")

_TAG = re.compile(
    r"cuda(?P<cuda>[\d.]+)-efa(?P<efa_installer>[\d.]+)(?:-ofiv?(?P<aws_ofi_nccl>[\d.]+))?-ncclv?(?P<nccl>[\d.]+)"
)
"""Of public.ecr.aws/hpc-cloud/nccl-tests: `cuda12.8.1-efa1.43.2-ofiv1.16.3-ncclv2.27.7-1-testsv2.16.9`."""


def of_version_file(text: str) -> VersionSet:
    """The versions in lines of KEY=VALUE, as AWS names them in its nccl-tests images.

    An empty AWS_OFI_NCCL_VERSION means the plugin that the EFA installer brings. Other keys do not count.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line.strip())
        if match and match["key"] in _OF_FILE and (value := match["value"].strip().strip("\"'")):
            found[_OF_FILE[match["key"]]] = value
    return VersionSet(**found)


def of_image_tag(image: str) -> VersionSet | None:
    """The versions in the tag of an image, with or without a digest after it; None for a tag that does not
    name them."""
    match = _TAG.search(image.partition("@")[0].rpartition(":")[2])
    return VersionSet(**match.groupdict()) if match else None
