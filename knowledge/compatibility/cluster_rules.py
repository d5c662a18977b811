"""What the table says of the cluster: Kubernetes and Karpenter, and the VPC CNI."""

from collections.abc import Iterator

from knowledge.compatibility.judgement import Finding, Standing
from knowledge.compatibility.release import compare, newest
from knowledge.compatibility.table import Table
from knowledge.compatibility.versions import VersionSet


def karpenter_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """Karpenter fits the Kubernetes minor and knows what this project's node classes ask of it."""
    karpenter, kubernetes = versions.karpenter, versions.kubernetes
    if karpenter is None:
        return
    if kubernetes is not None:
        fit = _fits_kubernetes(karpenter, kubernetes, table)
        yield fit
        if fit.standing is Standing.UNSUPPORTED:
            return
    needed = table.node_class_interfaces
    if compare(karpenter, needed.release) < 0:
        yield Finding(
            ("karpenter",),
            Standing.UNSUPPORTED,
            f"Karpenter {karpenter} knows no network interfaces or placement groups in an EC2NodeClass; "
            f"{needed.release} and newer do",
            needed.source,
        )


def _fits_kubernetes(karpenter: str, kubernetes: str, table: Table) -> Finding:
    rows, about = table.karpenter, ("karpenter", "kubernetes")
    minimum = rows.minimum.get(kubernetes)
    if minimum is None:
        minors = ", ".join(rows.minimum)
        newer = compare(kubernetes, newest(rows.minimum)) > 0
        return Finding(
            ("kubernetes", "karpenter"),
            Standing.UNTESTED if newer else Standing.UNSUPPORTED,
            f'Kubernetes "{kubernetes}" is not in the table; {minors} are',
            rows.source,
        )
    if compare(karpenter, minimum) < 0:
        reason = f"Karpenter {karpenter} is too old for Kubernetes {kubernetes}; it needs {minimum} or newer"
        return Finding(about, Standing.UNSUPPORTED, reason, rows.source)
    if compare(karpenter, rows.newest) > 0:
        reason = (
            f"Karpenter {karpenter} is newer than {rows.newest}, the last one whose matrix the table holds"
        )
        return Finding(about, Standing.UNTESTED, reason, rows.source, f"use {rows.newest} or older")
    reason = f"Kubernetes {kubernetes} needs Karpenter {minimum} or newer"
    return Finding(about, Standing.SUPPORTED, reason, rows.source)


def vpc_cni_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """The VPC CNI knows efa-only interfaces."""
    version, needed = versions.vpc_cni, table.efa_only
    if version is None:
        return
    if compare(version, needed.release) < 0:
        yield Finding(
            ("vpc_cni",),
            Standing.UNSUPPORTED,
            f"{version} cannot handle efa-only interfaces; at least v{needed.release}",
            needed.source,
            'or set "default"',
        )
    else:
        reason = f"efa-only interfaces need VPC CNI {needed.release} or newer"
        yield Finding(("vpc_cni",), Standing.SUPPORTED, reason, needed.source)
