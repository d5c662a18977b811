"""Releases of Kubeflow's MPI operator, each by the address and the checksum of its manifest.

Upstream publishes no chart and no checksum. The sums here are of the file `deploy/v2beta1/mpi-operator.yaml`
in the Go module of the release, whose content Go's checksum database vouches for (https://sum.golang.org).
"""

from dataclasses import dataclass

MANIFEST_FILE = "deploy/v2beta1/mpi-operator.yaml"
"""In upstream's repository, and so in its Go module: namespace, CRD, rights and the operator's Deployment."""

DEFAULT_MPI_OPERATOR = "0.8.2"


@dataclass(frozen=True)
class PublishedManifest:
    """A file of Kubernetes objects that somebody else publishes."""

    url: str
    sha256: str
    """Of the bytes at `url`, in hexadecimal."""


def _manifest(version: str, sha256: str) -> PublishedManifest:
    source = "https://raw.githubusercontent.com/kubeflow/mpi-operator"
    return PublishedManifest(f"{source}/v{version}/{MANIFEST_FILE}", sha256)


MPI_OPERATOR_MANIFESTS: dict[str, PublishedManifest] = {
    DEFAULT_MPI_OPERATOR: _manifest(
        DEFAULT_MPI_OPERATOR, "a7eafe901bebde1410ae0448c2d1ada214a64b2686f6aa44e74eff978573033f"
    ),
}
"""By release. Its image is tagged with the release (`mpioperator/mpi-operator:0.8.2`), as it must be."""
