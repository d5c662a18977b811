"""What the table says of the node: the EKS image and the drivers that it carries."""

from collections.abc import Iterator

from knowledge.compatibility.judgement import Finding, Standing
from knowledge.compatibility.release import compare, minor
from knowledge.compatibility.table import BadImage, Minimum, Table
from knowledge.compatibility.versions import VersionSet


def image_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """The image is not known to be bad, exists for the Kubernetes minor, and its drivers are known."""
    release, kubernetes = versions.ami_release, versions.kubernetes
    if release is None:
        return
    if bad := table.bad_image(release, kubernetes):
        yield _bad(release, bad, table, Standing.UNSUPPORTED)
        return
    first = table.first_image.get(kubernetes or "")
    if first is not None and release < first:  # a date: texts are in the order of the days
        yield Finding(
            ("ami_release", "kubernetes"),
            Standing.UNSUPPORTED,
            f"image {release} was not made for Kubernetes {kubernetes}; {first} was the first",
            table.image_source,
            f"use {table.images[0].releases[0]}",
        )
        return
    row = table.image(release, kubernetes)
    if row is None:
        yield Finding(
            ("ami_release",),
            Standing.UNTESTED,
            f"the drivers of image {release} are not in the table",
            table.image_source,
            f"the newest that is there: {table.images[0].releases[0]}",
        )
        return
    reason = f"image {release} carries EFA driver {row.efa_driver} and NVIDIA driver {row.nvidia_driver}"
    yield Finding(("ami_release",), Standing.SUPPORTED, reason, row.source)


def newest_image_finding(kubernetes: str | None, table: Table) -> Finding | None:
    """What is known against the image that nodes without a release get; None where nothing is."""
    bad = table.bad_image(table.newest_image, kubernetes)
    return _bad(table.newest_image, bad, table, Standing.UNTESTED) if bad else None


def _bad(release: str, bad: BadImage, table: Table, standing: Standing) -> Finding:
    minors = f"{bad.kubernetes[0]} to {bad.kubernetes[-1]}"
    reason = f"image {release} is known to be bad on Kubernetes {minors}: {bad.problem} ({bad.source.url})"
    cure = f"use {bad.mended or table.images[0].releases[0]}"
    return Finding(("ami_release",), standing, reason, bad.source, cure)


def efa_driver_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """The node's EFA driver is no older than the one that came with the container's libfabric.

    No source says anything of a newer one, so that is not judged.
    """
    driver, installer = versions.efa_driver, table.efa_installer(versions.efa_installer or "")
    if driver is None or installer is None or installer.efa_driver is None:
        return
    order = compare(driver, installer.efa_driver)
    if order > 0:
        return
    reason = f"EFA installer {installer.version} comes with EFA driver {installer.efa_driver}"
    about = ("efa_installer", "efa_driver")
    if order == 0:
        yield Finding(about, Standing.SUPPORTED, f"{reason}, which the node has", installer.source)
    else:
        cure = "use a newer image on the node, or an older installer"
        older = f"{reason}; the node's {driver} is older"
        yield Finding(about, Standing.UNTESTED, older, installer.source, cure)


def cuda_driver_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """The node's driver can run what is built with the container's CUDA."""
    cuda = versions.cuda
    if cuda is None:
        return
    needed = table.cuda_drivers.get(_major(cuda))
    if versions.nvidia_driver is not None:
        yield _driver(cuda, versions.nvidia_driver, needed, table)
    if versions.cuda_driver is not None and needed is not None:
        yield _cuda_of_driver(cuda, versions.cuda_driver, needed)


def _driver(cuda: str, driver: str, needed: Minimum | None, table: Table) -> Finding:
    about = ("cuda", "nvidia_driver")
    if needed is None:
        reason = f"CUDA {_major(cuda)} is not in the table, so no driver for it"
        known = max(table.cuda_drivers)
        return Finding(
            about, Standing.UNTESTED, reason, table.cuda_drivers[known].source, f"use CUDA {known}.x"
        )
    reason = f"CUDA {_major(cuda)}.x needs NVIDIA driver {needed.release} or newer"
    if compare(driver, needed.release) >= 0:
        return Finding(about, Standing.SUPPORTED, f"{reason}; the node has {driver}", needed.source)
    older = [major for major, row in table.cuda_drivers.items() if compare(driver, row.release) >= 0]
    fitting = f", or build with CUDA {max(older)}.x" if older else ""
    cure = f"use image {table.images[0].releases[0]}{fitting}"
    return Finding(about, Standing.UNSUPPORTED, f"{reason}; the node has {driver}", needed.source, cure)


def _cuda_of_driver(cuda: str, of_driver: str, needed: Minimum) -> Finding:
    about = ("cuda", "cuda_driver")
    built = f"NCCL is built with CUDA {minor(cuda)} and the driver knows CUDA {minor(of_driver)}"
    if _major(of_driver) >= _major(cuda):
        return Finding(about, Standing.SUPPORTED, built, needed.source)
    cure = f"use an image on the node with NVIDIA driver {needed.release} or newer"
    return Finding(about, Standing.UNSUPPORTED, f"{built}, an older major", needed.source, cure)


def _major(release: str) -> int:
    return int(minor(release).partition(".")[0])
