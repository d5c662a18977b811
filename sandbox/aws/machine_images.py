"""EKS-optimised AL2023 images: one per Kubernetes minor, architecture, variant and release.

Releases are those of https://github.com/awslabs/amazon-eks-ami/releases that this project's table of driver
versions knows. Ids are made from names, so they are the same in every sandbox.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from moto.ec2.models.amis import Ami

from knowledge.compatibility.table import table
from knowledge.eks_versions import VERSIONS
from sandbox.aws.world import World

OWNER = "602401143452"
"""The account that publishes EKS images in most commercial regions."""

RELEASES = (
    "v20261012", "v20261003", "v20260724", "v20260714", "v20260625", "v20260610", "v20260505", "v20260209",
    "v20260129", "v20260120",
)  # fmt: skip
"""Newest first. The first is the recommended one."""

VARIANTS = {"x86_64": ("standard", "nvidia", "neuron"), "arm64": ("standard", "nvidia")}

ROOT_DEVICE = "/dev/xvda"


@dataclass(frozen=True)
class EksImage:
    """One published image."""

    kubernetes: str
    architecture: str
    variant: str
    release: str

    @property
    def name(self) -> str:
        """The image's name, which is also part of its parameter's path."""
        return f"amazon-eks-node-al2023-{self.architecture}-{self.variant}-{self.kubernetes}-{self.release}"

    @property
    def id(self) -> str:
        """The image's id."""
        return f"ami-{sha256(self.name.encode()).hexdigest()[:17]}"

    @property
    def release_version(self) -> str:
        """The release as node groups name it: `1.35.0-20260714`.

        EKS has the true patch level there, this always 0.
        """
        return f"{self.kubernetes}.0-{self.release.removeprefix('v')}"


def all_images() -> Iterator[EksImage]:
    """Every image of every version, from the release on that was the first for it."""
    first = table().first_image
    for minor in VERSIONS:
        for architecture, variants in VARIANTS.items():
            for variant in variants:
                for release in RELEASES:
                    if release >= first.get(minor, ""):  # dates: texts are in the order of the days
                        yield EksImage(minor, architecture, variant, release)


def publish(world: World) -> None:
    """Put all images into the account's EC2, owned by Amazon."""
    for image in all_images():
        world.ec2.amis[image.id] = Ami(
            world.ec2,
            image.id,
            name=image.name,
            description=f"EKS-optimized node based on Amazon Linux 2023, (k8s: {image.kubernetes})",
            owner_id=OWNER,
            owner_alias="amazon",
            public=True,
            virtualization_type="hvm",
            architecture=image.architecture,
            creation_date=datetime.strptime(image.release, "v%Y%m%d").replace(tzinfo=UTC),
            image_location=f"amazon/{image.name}",
            hypervisor="xen",
            root_device_type="ebs",
            root_device_name=ROOT_DEVICE,
            region_name=f"{world.region}a",
        )
