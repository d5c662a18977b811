"""The Kubernetes versions that EKS supports, with its dates, and DescribeClusterVersions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


@dataclass(frozen=True)
class ClusterVersion:
    """One minor version and when EKS released it and ends its standard and extended support."""

    minor: str
    released: date
    standard_until: date
    extended_until: date


# https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, by way of
# https://endoflife.date/amazon-eks. 1.36's days are reckoned from EKS's rule (14 months standard, 12 more
# extended), not read.
VERSIONS = (
    ClusterVersion("1.36", date(2026, 5, 28), date(2027, 7, 28), date(2028, 7, 28)),
    ClusterVersion("1.35", date(2026, 1, 28), date(2027, 3, 27), date(2028, 3, 27)),
    ClusterVersion("1.34", date(2025, 10, 6), date(2026, 12, 2), date(2027, 12, 2)),
    ClusterVersion("1.33", date(2025, 5, 28), date(2026, 7, 29), date(2027, 7, 29)),
    ClusterVersion("1.32", date(2025, 1, 25), date(2026, 3, 23), date(2027, 3, 23)),
    ClusterVersion("1.31", date(2024, 9, 26), date(2025, 11, 26), date(2026, 11, 26)),
)
"""Newest first."""

DEFAULT = "1.35"
"""The version of a cluster created without one."""


def is_supported(minor: str) -> bool:
    """Whether EKS makes clusters of this version, such as `1.35`."""
    return any(version.minor == minor for version in VERSIONS)


@operation("eks", "DescribeClusterVersions")
def describe_cluster_versions(world: World, parameters: Parameters) -> Answer:
    """The versions asked for, or all."""
    wanted = parameters.get("clusterVersions")
    only_default = parameters.get("defaultOnly")
    found = [
        _description(version, world.now())
        for version in VERSIONS
        if (not wanted or version.minor in wanted) and (not only_default or version.minor == DEFAULT)
    ]
    return {"clusterVersions": found}


def _description(version: ClusterVersion, now: datetime) -> dict[str, Any]:
    status = "STANDARD_SUPPORT" if now.date() <= version.standard_until else "EXTENDED_SUPPORT"
    return {
        "clusterVersion": version.minor,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.1",
        "defaultVersion": version.minor == DEFAULT,
        "releaseDate": _midnight(version.released),
        "endOfStandardSupportDate": _midnight(version.standard_until),
        "endOfExtendedSupportDate": _midnight(version.extended_until),
        "status": status.replace("_", "-").lower(),
        "versionStatus": status,
        "kubernetesPatchVersion": f"{version.minor}.0",
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
