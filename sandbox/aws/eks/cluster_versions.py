"""The Kubernetes versions that EKS supports, with its dates, and DescribeClusterVersions."""

from datetime import UTC, date, datetime
from typing import Any

from knowledge.compatibility.table import EksVersion
from knowledge.eks_versions import VERSIONS, Support, offered, support
from sandbox.aws.errors import invalid
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

DEFAULT = "1.35"
"""The version of a cluster created without one."""


def is_supported(world: World, minor: str) -> bool:
    """Whether EKS makes clusters of this version, such as `1.35`, today."""
    return minor in offered(world.now().date())


def check_upgrade_policy(world: World, minor: str, support_type: str) -> None:
    """Refuse STANDARD for a version in extended support.

    EKS sets the policy during standard support only (EKS user guide, view-upgrade-policy); its own words for
    that are not known.
    """
    if support_type == "STANDARD" and support(VERSIONS[minor], world.now().date()) is not Support.STANDARD:
        raise invalid(f"Support type STANDARD cannot be set: Kubernetes {minor} is in extended support")


@operation("eks", "DescribeClusterVersions")
def describe_cluster_versions(world: World, parameters: Parameters) -> Answer:
    """The versions asked for, or all."""
    wanted = parameters.get("clusterVersions")
    only_default = parameters.get("defaultOnly")
    today = world.now().date()
    found = [
        _description(VERSIONS[minor], today)
        for minor in reversed(offered(today))
        if (not wanted or minor in wanted) and (not only_default or minor == DEFAULT)
    ]
    return {"clusterVersions": found}


def _description(version: EksVersion, today: date) -> dict[str, Any]:
    status = f"{support(version, today).name}_SUPPORT"
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
