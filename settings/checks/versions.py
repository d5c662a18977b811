"""Checks of versions that depend on each other, by the table of `knowledge.compatibility`.

What the table rules out is a fault. What it does not know is a warning: the stack is deployed all the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.ami import RELEASE
from knowledge.compatibility import Finding, Standing, VersionSet, judge
from knowledge.compatibility.node_rules import newest_image_finding
from knowledge.compatibility.table import table
from knowledge.compatibility.versions import of_image_tag
from knowledge.eks_versions import VERSIONS
from knowledge.versions import DEFAULT_KARPENTER
from settings.checks.cluster import ADDON_VERSION
from settings.checks.pools import Pool, pools_of
from settings.cluster import ClusterSettings
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

KARPENTER_RELEASE = re.compile(r"\d+\.\d+\.\d+")
"""As Karpenter's charts are tagged."""

CONTAINER = "nccl.image"


@dataclass(frozen=True)
class ChosenVersions:
    """Versions of a stack that meet on the same machines, and where each of them is set."""

    title: str
    """`cluster`, or the name of a node group or provisioner."""
    versions: VersionSet
    places: Mapping[str, str]
    """Path of the setting by field of `versions`; what has none is set by the container's image."""


def check_versions(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Versions that cannot go together, and a Karpenter that is no release."""
    karpenter = reading.karpenter
    if karpenter and not KARPENTER_RELEASE.fullmatch(karpenter.version):
        what = f"{quoted(karpenter.version)} is not a Karpenter release"
        yield Fault("karpenter.version", what, f"write it as {DEFAULT_KARPENTER}")
    yield from _faults(reading, account, Standing.UNSUPPORTED)


def version_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Versions that nobody is known to have run together, and a newest image that is bad."""
    yield from _faults(reading, account, Standing.UNTESTED)
    for pool in pools_of(reading):
        if pool.ami.release is None and pool.ami.id is None:
            bad = newest_image_finding(_kubernetes(reading), table())
            if bad:
                yield Fault(
                    f"{pool.path}.ami", f"none, so that the newest is taken: {bad.reason}", cure=bad.cure
                )


def chosen_versions(reading: Reading, account: Account | None) -> Iterator[ChosenVersions]:
    """The versions of the cluster, then those on the nodes of each pool; None for what could not be read."""
    cluster, karpenter, pools = reading.cluster, reading.karpenter, pools_of(reading)
    kubernetes = _kubernetes(reading)
    release = karpenter.version if karpenter else ""
    vpc_cni = _vpc_cni(cluster, account) if any(pool.efa == "static" for pool in pools) else ""
    yield ChosenVersions(
        "cluster",
        VersionSet(
            kubernetes=kubernetes,
            karpenter=release if KARPENTER_RELEASE.fullmatch(release) else None,
            vpc_cni=vpc_cni if ADDON_VERSION.fullmatch(vpc_cni) else None,
        ),
        {
            "kubernetes": "cluster.version",
            "karpenter": "karpenter.version",
            "vpc_cni": "cluster.existing" if reading.adopts else "cluster.addons.vpcCni",
        },
    )
    for pool in pools:
        versions = _on_nodes(pool, reading, account).with_missing(kubernetes=kubernetes)
        places = {"kubernetes": "cluster.version", "ami_release": f"{pool.path}.ami.release"}
        yield ChosenVersions(pool.name, versions, places)


def _kubernetes(reading: Reading) -> str | None:
    """The cluster's minor, None where it is not known, as in a stack on a platform."""
    cluster = reading.cluster
    return cluster.version if cluster and cluster.version in VERSIONS else None


def _vpc_cni(cluster: ClusterSettings | None, account: Account | None) -> str:
    """The version that is asked for, or that of an adopted cluster; empty where it cannot be told."""
    if account and account.adopted:
        return account.adopted.vpc_cni.version if account.adopted.vpc_cni else ""
    return cluster.addons.vpc_cni if cluster else ""


def _on_nodes(pool: Pool, reading: Reading, account: Account | None) -> VersionSet:
    """What the pool's nodes carry, and what the NCCL test would run on them."""
    test, release = reading.nccl, pool.ami.release
    container = of_image_tag(test.image) if test and test.pool == pool.name else None
    gpus = (
        {account.types[name].gpu_name for name in pool.type_names if name in account.types}
        if account
        else set()
    )
    return (container or VersionSet()).with_missing(
        ami_release=release if release and RELEASE.fullmatch(release) else None,
        gpu=gpus.pop() if len(gpus) == 1 else None,
    )


def _faults(reading: Reading, account: Account | None, standing: Standing) -> Iterator[Fault]:
    for chosen in chosen_versions(reading, account):
        for finding in judge(chosen.versions).of(standing):
            yield Fault(_place(finding, chosen), finding.reason, cure=finding.cure)


def _place(finding: Finding, chosen: ChosenVersions) -> str:
    return chosen.places.get(finding.about[0], CONTAINER)
