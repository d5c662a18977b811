"""Checks of `cluster.version` against the calendar: which minors EKS has, and what follows when one ends."""

from collections.abc import Iterator
from datetime import date

from knowledge.compatibility.table import EksVersion
from knowledge.eks_versions import VERSIONS, Support, described, ends_soon, next_minor, offered, support
from settings.cluster import ClusterSettings
from settings.faults import Fault
from settings.reading import Reading
from settings.words import listed, quoted


def check_support(reading: Reading, today: date) -> Iterator[Fault]:
    """A minor that EKS does not have on that day, or that it would upgrade by itself."""
    cluster = reading.cluster
    if not cluster:
        return
    version = VERSIONS.get(cluster.version)
    if cluster.version not in offered(today):
        ended = version and support(version, today) is Support.ENDED
        why = f": {described(version, today)}" if version and ended else ""
        known = listed((f'"{minor}"' for minor in offered(today)), most=20)
        cure = "leave the patch out: EKS chooses it" if cluster.version.count(".") > 1 else ""
        what = f"{quoted(cluster.version)} is not supported{why}"
        yield Fault("cluster.version", what, f"use one of {known}", cure)
    elif version and support(version, today) is Support.EXTENDED and _upgraded_by_eks(cluster):
        what = (
            f"STANDARD, but standard support of Kubernetes {version.minor} ended on {version.standard_until}"
        )
        why = "EKS upgrades such a cluster by itself, and takes no other policy for it then"
        cure = "set cluster.version to what it runs now; a new cluster can be EXTENDED"
        yield Fault("cluster.upgradePolicy", what, why, cure)


def support_warnings(reading: Reading, today: date) -> Iterator[Fault]:
    """An end of support that is near, and extended support that is being paid for."""
    cluster = reading.cluster
    version = VERSIONS.get(cluster.version) if cluster else None
    if not cluster or not version:
        return
    if support(version, today) is Support.EXTENDED or ends_soon(version, today):
        newer = next_minor(version.minor)
        cure = f'plan the upgrade, one minor at a time, "{newer}" first' if newer else ""
        yield Fault("cluster.version", described(version, today), _afterwards(cluster, version, today), cure)


def _afterwards(cluster: ClusterSettings, version: EksVersion, today: date) -> str:
    """What the end of the present support brings."""
    if support(version, today) is Support.EXTENDED or _upgraded_by_eks(cluster):
        return "EKS then upgrades the cluster by itself, and not its nodes"
    if cluster.existing:
        upgraded = "EKS upgrades the cluster by itself, as its upgrade policy says"
        return f"then extended support is billed, or {upgraded}"
    return "then extended support is billed, see `eks-efa plan`"


def _upgraded_by_eks(cluster: ClusterSettings) -> bool:
    """Whether EKS upgrades the cluster at the end of standard support; of an adopted one nobody knows."""
    return cluster.upgrade_policy == "STANDARD" and not cluster.existing
