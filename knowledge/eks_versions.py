"""How long EKS supports a Kubernetes minor, and what becomes of a cluster afterwards.

https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html: 14 months of standard support, then
12 of extended support, which is billed on top. A cluster whose upgrade policy is STANDARD is upgraded by EKS
itself when standard support ends, one that is EXTENDED when extended support does; its nodes never are. The
policy can be changed during standard support only (EKS user guide, view-upgrade-policy).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Literal

from knowledge.compatibility.judgement import Finding, Standing
from knowledge.compatibility.release import compare
from knowledge.compatibility.table import EksVersion, table

UpgradePolicy = Literal["STANDARD", "EXTENDED"]
"""EKS API reference, UpgradePolicyRequest: what happens at the end of standard support."""

WARNED_BEFORE = timedelta(days=90)
"""How long before an end it is told; EKS itself announces it 60 days before at the latest."""

VERSIONS: Mapping[str, EksVersion] = {version.minor: version for version in table().eks_versions}
"""By minor, newest first."""


class Support(Enum):
    """Of a minor on some day."""

    STANDARD = "standard"
    EXTENDED = "extended"
    ENDED = "ended"


def support(version: EksVersion, today: date) -> Support:
    """What EKS gives the minor on that day."""
    if today < version.standard_until:
        return Support.STANDARD
    return Support.EXTENDED if today < version.extended_until else Support.ENDED


def offered(today: date) -> tuple[str, ...]:
    """The minors of which EKS makes clusters on that day, oldest first."""
    there = (version for version in VERSIONS.values() if version.released <= today < version.extended_until)
    return tuple(sorted((version.minor for version in there), key=_number))


def ends_soon(version: EksVersion, today: date) -> bool:
    """Whether the support that the minor has ends within `WARNED_BEFORE`."""
    end = version.standard_until if today < version.standard_until else version.extended_until
    return end - today <= WARNED_BEFORE


def next_minor(minor: str) -> str | None:
    """The one that a cluster is upgraded to next, None where EKS has none: it goes up one at a time."""
    newer = sorted((each for each in VERSIONS if compare(each, minor) > 0), key=_number)
    return newer[0] if newer else None


def support_finding(minor: str, today: date) -> Finding | None:
    """What support the minor has on that day, with its source; None for a minor that no row has."""
    version = VERSIONS.get(minor)
    if version is None:
        return None
    ended = support(version, today) is Support.ENDED
    standing = Standing.UNSUPPORTED if ended else Standing.SUPPORTED
    return Finding(("kubernetes",), standing, described(version, today), version.source)


def described(version: EksVersion, today: date) -> str:
    """The support of a minor in a sentence, without a stop."""
    minor = version.minor
    match support(version, today):
        case Support.STANDARD:
            return f"Kubernetes {minor} is in EKS's standard support until {version.standard_until}"
        case Support.EXTENDED:
            since = f"since {version.standard_until} and until {version.extended_until}"
            return f"Kubernetes {minor} is in EKS's extended support, which costs more, {since}"
        case Support.ENDED:
            return f"EKS ended its extended support of Kubernetes {minor} on {version.extended_until}"


def _number(minor: str) -> int:
    return int(minor.partition(".")[2])
