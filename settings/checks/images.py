"""Checks of machine images: chosen in one way, pinned in production, with the drivers the hardware needs."""

import re
from collections.abc import Iterator

from knowledge.ami import eks_ami_type, release_faults, variant_for
from knowledge.hardware import InstanceType
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

AMI_ID = re.compile(r"^ami-[0-9a-f]{8,17}$")
EXAMPLE_RELEASE = "v20260714"


def check_images(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the machine images of node groups and provisioners."""
    for pool in pools_of(reading):
        yield from _choice(pool, production=reading.environment == "prod")
        if account:
            known = [account.types[name] for name in pool.type_names if name in account.types]
            yield from _architectures(pool, known) if pool.ami.id else _drivers(pool, known)


def _choice(pool: Pool, *, production: bool) -> Iterator[Fault]:
    """A release of the EKS image, an image of one's own, or neither."""
    path, ami = f"{pool.path}.ami", pool.ami
    if ami.release is not None and ami.id is not None:
        yield Fault(path, "release and id are both given", "one image only", "remove one of the two")
    if ami.release is not None:
        for fault in release_faults(ami.release):
            unpin = ami.release.endswith("latest") and not production
            cure = "remove it: the newest is taken where none is given" if unpin else fault.cure
            yield Fault(f"{path}.release", fault.problem, fault.allowed, cure)
    if ami.id is not None and not AMI_ID.fullmatch(ami.id):
        yield Fault(f"{path}.id", f"{quoted(ami.id)} is not ami- plus 8 to 17 hex digits")
    if not ami.installs_efa and ami.id is None:
        what = "false, but the EKS image has the EFA driver"
        yield Fault(f"{path}.installsEfa", what, "only for an image of your own", "remove it")
    if production and ami.release is None and ami.id is None:
        cure = f"run: pulumi config set --path '{path}.release' {EXAMPLE_RELEASE}"
        yield Fault(path, "the newest image changes by itself", "pin a release outside dev", cure)


def image_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Node groups whose nodes another `up` would replace, since it finds a newer image."""
    del account
    autoscaled = reading.autoscaler in ("cluster-autoscaler", "both")
    for entry in reading.node_groups if not reading.sandbox else ():
        group, path = entry.settings, f"{entry.path}.ami"
        has_nodes = group.desired_nodes or autoscaled
        if has_nodes and group.ami.release is None and group.ami.id is None:
            what = "the newest image: an `up` after its next release replaces the nodes under their jobs"
            cure = f"run: pulumi config set --path '{path}.release' {EXAMPLE_RELEASE}"
            yield Fault(path, what, "pin a release where jobs run", cure)


def _drivers(pool: Pool, types: list[InstanceType]) -> Iterator[Fault]:
    """The EKS images have drivers for NVIDIA GPUs and for Neuron on x86, and for nothing else."""
    paths = {name: path for path, name in pool.types}
    for known in types:
        cure = f"give an image of your own: {pool.path}.ami.id"
        if known.gpu_manufacturer not in ("", "NVIDIA"):
            what = f"no EKS image has the driver of {known.name}'s {known.gpu_manufacturer} {known.gpu_name}"
            yield Fault(paths[known.name], what, cure=cure)
            continue
        variant = variant_for(known)
        try:
            eks_ami_type(known.architecture, variant)
        except KeyError:
            what = f"there is no {variant} image of EKS for {known.name} ({known.architecture})"
            yield Fault(paths[known.name], what, cure=cure)


def _architectures(pool: Pool, types: list[InstanceType]) -> Iterator[Fault]:
    """One image runs on one architecture."""
    for known in types[1:]:
        if known.architecture != types[0].architecture:
            what = f"{known.name} is {known.architecture} but {types[0].name} is {types[0].architecture}"
            yield Fault(f"{pool.path}.ami.id", what, "an image is for one architecture", "split it")
            return
