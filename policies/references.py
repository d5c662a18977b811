"""Who else asks for the same: benchmarks, scanners and guides, with the editions that their numbers are
from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Framework:
    """A collection of demands."""

    name: str
    short: str
    """What stands before an id; empty where the id alone says it."""
    version: str
    """The edition that was read: a release, or the commit of a repository."""


CIS_EKS = Framework("CIS Amazon EKS Benchmark", "CIS", "1.8.0")
"""Numbers as in kube-bench, cfg/eks-1.8.0."""

CHECKOV = Framework("checkov", "", "03d5fda")

TRIVY = Framework("Trivy", "Trivy", "80e5382")

KUBE_LINTER = Framework("kube-linter", "kube-linter", "35de568")

EKS_GUIDE = Framework("EKS best practices guide", "EKS guide", "dc0243a")

PRACTICE = Framework("Practice of the field", "", "2026-11")
"""What projects that run EFA and Karpenter do, where no benchmark knows of either; an id says which
project."""


@dataclass(frozen=True)
class Reference:
    """One demand of a framework."""

    framework: Framework
    id: str

    def __str__(self) -> str:
        """As it is shown; the scanners' ids are known without their names."""
        return f"{self.framework.short} {self.id}".strip()


def cis(*ids: str) -> tuple[Reference, ...]:
    """Recommendations of the CIS benchmark."""
    return tuple(Reference(CIS_EKS, id) for id in ids)


def checkov(*ids: str) -> tuple[Reference, ...]:
    """Checks of checkov."""
    return tuple(Reference(CHECKOV, id) for id in ids)


def trivy(*ids: str) -> tuple[Reference, ...]:
    """Checks of Trivy."""
    return tuple(Reference(TRIVY, id) for id in ids)


def kube_linter(*ids: str) -> tuple[Reference, ...]:
    """Checks of kube-linter."""
    return tuple(Reference(KUBE_LINTER, id) for id in ids)


def eks_guide(*ids: str) -> tuple[Reference, ...]:
    """Headings of the guide, each `file: heading`."""
    return tuple(Reference(EKS_GUIDE, id) for id in ids)


def practice(*ids: str) -> tuple[Reference, ...]:
    """Files and issues of projects of the field."""
    return tuple(Reference(PRACTICE, id) for id in ids)
