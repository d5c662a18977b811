"""The rows of `table.toml` as typed values, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

GOOD_FOR = timedelta(days=120)
"""How long what was read counts as known: EKS brings a Kubernetes about every four months."""

TABLE = Path(__file__).with_name("table.toml")


@dataclass(frozen=True)
class Source:
    """Where a row was read."""

    title: str
    url: str
    read: date


@dataclass(frozen=True)
class Minimum:
    """A least release of one thing, for the sake of another."""

    release: str
    source: Source


@dataclass(frozen=True)
class EksVersion:
    """A Kubernetes minor on EKS. Each end is the first day without that support."""

    minor: str
    released: date
    standard_until: date
    extended_until: date
    source: Source


@dataclass(frozen=True)
class KarpenterRows:
    """Karpenter's own compatibility matrix."""

    minimum: Mapping[str, str]
    """Least Karpenter release by Kubernetes minor."""
    newest: str
    """The release that the matrix was read for."""
    source: Source


@dataclass(frozen=True)
class Image:
    """Drivers of EKS AL2023 NVIDIA images."""

    releases: tuple[str, ...]
    """Such as `v20260714`."""
    kubernetes: tuple[str, ...]
    """The minors whose images carry these; empty for all of them."""
    efa_driver: str
    nvidia_driver: str
    source: Source


@dataclass(frozen=True)
class BadImage:
    """Releases of the EKS AL2023 images that must not be used."""

    releases: tuple[str, ...]
    kubernetes: tuple[str, ...]
    """The minors whose images are bad."""
    problem: str
    """What they do, as a clause whose subject is the image."""
    mended: str | None
    """First release without the fault; None while there is none."""
    source: Source


@dataclass(frozen=True)
class EfaInstaller:
    """What an EFA installer brings; None where its source does not say."""

    version: str
    efa_driver: str | None
    libfabric: str | None
    rdma_core: str | None
    aws_ofi_nccl: str | None
    source: Source


@dataclass(frozen=True)
class OfiPlugin:
    """What releases of aws-ofi-nccl were tested with, and what they need."""

    versions: tuple[str, ...]
    nccl: tuple[str, ...]
    """Releases of NCCL that it was tested with; with older ones, down to `nccl_minimum`, it keeps working."""
    nccl_minimum: str
    libfabric: str | None
    """Newest libfabric that it was tested with; None where the release notes name none."""
    libfabric_minimum: str
    source: Source


@dataclass(frozen=True)
class Gpu:
    """What a kind of GPU needs, by the name that EC2 gives it."""

    name: str
    cuda: str
    nccl: str
    aws_ofi_nccl: str
    source: Source


@dataclass(frozen=True)
class Table:
    """All rows, newest first where there is an order."""

    sources: tuple[Source, ...]
    eks_versions: tuple[EksVersion, ...]
    karpenter: KarpenterRows
    node_class_interfaces: Minimum
    """First Karpenter that lays out network interfaces as a node class says."""
    efa_only: Minimum
    """First VPC CNI that knows efa-only interfaces."""
    first_image: Mapping[str, str]
    """First image release by Kubernetes minor; minors that are older than the changelog are left out."""
    images: tuple[Image, ...]
    image_source: Source
    unread_images: tuple[str, ...]
    """Releases that exist and whose drivers no row has."""
    bad_images: tuple[BadImage, ...]
    efa_installers: tuple[EfaInstaller, ...]
    plugins: tuple[OfiPlugin, ...]
    unread_plugins: tuple[str, ...]
    """Releases that exist and whose notes no row has."""
    gpus: tuple[Gpu, ...]
    cuda_drivers: Mapping[int, Minimum]
    """Least NVIDIA driver by CUDA major."""

    def to_be_read_again(self, today: date) -> tuple[Source, ...]:
        """Sources that nobody has looked at for longer than `GOOD_FOR`, the oldest first."""
        old = (source for source in self.sources if today - source.read > GOOD_FOR)
        return tuple(sorted(old, key=lambda source: source.read))

    def image(self, release: str, kubernetes: str | None) -> Image | None:
        """The row of an image; None where there is none, or where it takes a minor that is not given."""
        fitting = (
            row
            for row in self.images
            if release in row.releases and (not row.kubernetes or kubernetes in row.kubernetes)
        )
        return next(fitting, None)

    @property
    def newest_image(self) -> str:
        """The newest release that is known to exist."""
        return max(*self.unread_images, *(release for row in self.images for release in row.releases))

    def bad_image(self, release: str, kubernetes: str | None) -> BadImage | None:
        """What is known against an image; of a minor that is not given, the worst is thought."""
        rows = (row for row in self.bad_images if release in row.releases)
        return next((row for row in rows if kubernetes is None or kubernetes in row.kubernetes), None)

    def efa_installer(self, version: str) -> EfaInstaller | None:
        """The row of an installer."""
        return next((row for row in self.efa_installers if row.version == version), None)

    def plugin(self, version: str) -> OfiPlugin | None:
        """The row of an aws-ofi-nccl release, written with or without its `v` and `-aws`."""
        plain = version.removeprefix("v").removesuffix("-aws")
        return next((row for row in self.plugins if plain in row.versions), None)


@cache
def table() -> Table:
    """Read `table.toml`."""
    return read_table(tomllib.loads(TABLE.read_text(encoding="utf-8")))


def read_table(content: Mapping[str, Any]) -> Table:
    """Rows of the file's form; KeyError or TypeError for one that lacks something."""
    sources = {name: Source(**source) for name, source in content["sources"].items()}
    karpenter, first_image = content["karpenter"], content["ami_first"]
    interfaces, efa_only = content["node_class_interfaces"], content["efa_only"]
    return Table(
        sources=tuple(sources.values()),
        eks_versions=tuple(EksVersion(**{**row, "source": sources[row["source"]]}) for row in content["eks"]),
        karpenter=KarpenterRows(karpenter["minimum"], karpenter["newest"], sources[karpenter["source"]]),
        node_class_interfaces=Minimum(interfaces["karpenter"], sources[interfaces["source"]]),
        efa_only=Minimum(efa_only["vpc_cni"], sources[efa_only["source"]]),
        first_image=first_image["release"],
        image_source=sources[first_image["source"]],
        unread_images=tuple(content["ami_unread"]["releases"]),
        bad_images=tuple(
            BadImage(
                releases=tuple(row["releases"]),
                kubernetes=tuple(row["kubernetes"]),
                problem=row["problem"],
                mended=row.get("mended"),
                source=sources[row["source"]],
            )
            for row in content["ami_bad"]
        ),
        images=tuple(
            Image(
                releases=tuple(row["releases"]),
                kubernetes=tuple(row.get("kubernetes", ())),
                efa_driver=row["efa_driver"],
                nvidia_driver=row["nvidia_driver"],
                source=sources[row["source"]],
            )
            for row in content["ami"]
        ),
        efa_installers=tuple(
            EfaInstaller(
                version=row["version"],
                efa_driver=row.get("efa_driver"),
                libfabric=row.get("libfabric"),
                rdma_core=row.get("rdma_core"),
                aws_ofi_nccl=row.get("aws_ofi_nccl"),
                source=sources[row["source"]],
            )
            for row in content["efa_installer"]
        ),
        plugins=tuple(
            OfiPlugin(
                versions=tuple(row["versions"]),
                nccl=tuple(row["nccl"]),
                nccl_minimum=row["nccl_minimum"],
                libfabric=row.get("libfabric"),
                libfabric_minimum=row["libfabric_minimum"],
                source=sources[row["source"]],
            )
            for row in content["aws_ofi_nccl"]
        ),
        unread_plugins=tuple(content["aws_ofi_nccl_unread"]["versions"]),
        gpus=tuple(Gpu(**{**row, "source": sources[row["source"]]}) for row in content["gpu"]),
        cuda_drivers={
            row["major"]: Minimum(row["nvidia_driver"], sources[row["source"]]) for row in content["cuda"]
        },
    )
