"""Checks of labels and taints: what Kubernetes can read, and what Karpenter, EKS and the kubelet keep."""

import re
from collections.abc import Iterator

from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

OWN_PREFIX = "eks-efa"
"""Label prefix of this program: it sets `eks-efa/pool` on every EFA node."""

KEPT_BY: tuple[tuple[str, str], ...] = (
    ("karpenter.sh", "Karpenter"),
    ("karpenter.k8s.aws", "Karpenter"),
    ("eks.amazonaws.com", "EKS"),
    (OWN_PREFIX, "this program"),
)
"""Label domains, with their subdomains, that others set.

Karpenter's: `RestrictedLabelDomains` in sigs.k8s.io/karpenter v1.14.0 pkg/apis/v1/labels.go and in
karpenter-provider-aws v1.14.0 pkg/apis/v1/labels.go. The few it would let through, such as
karpenter.sh/capacity-type, have settings of their own here.
"""

KUBERNETES_DOMAINS = ("kubernetes.io", "k8s.io")
FREE_KUBERNETES_DOMAINS = ("node.kubernetes.io", "kubelet.kubernetes.io")
"""The kubelet may label its node in these alone, and exits where told otherwise: `KubeletLabelNamespaces` in
k8s.io/kubelet v0.35.4 pkg/apis/well_known_labels.go."""
SET_BY_KUBERNETES = frozenset({"node.kubernetes.io/instance-type", "node.kubernetes.io/windows-build"})

MOST_LABELS = 100
"""`metadata.labels` of a NodePool's template has `maxProperties: 100` (Karpenter 1.14.0)."""
LONGEST_EKS_KEY = 63
"""EKS API reference, labelKey and taintKey of a node group: 63 characters, the prefix included."""
LONGEST_PREFIX = 253

_NAME = re.compile(r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
_PREFIX = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_SYNTAX = 'a key is "name" or "domain/name", the name at most 63 of letters, digits, "-", "_" and "."'


def check_labels(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of labels and taints of node groups and provisioners; the account has no say in it."""
    del account
    for pool in pools_of(reading):
        yield from _labels(pool)
        yield from _taints(pool)


def _labels(pool: Pool) -> Iterator[Fault]:
    if pool.by_karpenter and len(pool.labels) > MOST_LABELS:
        yield Fault(f"{pool.path}.labels", f"{len(pool.labels)} are too many", f"at most {MOST_LABELS}")
    for key, value in pool.labels.items():
        path = f'{pool.path}.labels["{key}"]'
        if fault := _key_fault(path, key, "label", by_karpenter=pool.by_karpenter):
            yield fault
        elif owner := _owner(key):
            yield Fault(path, f"{key} is reserved", f"{owner} sets it", "use a domain of your own")
        if value and not _NAME.fullmatch(value):
            allowed = 'a value is at most 63 of letters, digits, "-", "_" and "."'
            yield Fault(path, f"{quoted(value)} is not the value of a label", allowed)
        elif not value and not pool.by_karpenter:
            yield Fault(path, "empty", "EKS takes no label without a value on a node group")


def _taints(pool: Pool) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(pool.taints):
        path = f"{pool.path}.taints[{index}]"
        if fault := _key_fault(f"{path}.key", taint.key, "taint", by_karpenter=pool.by_karpenter):
            yield fault
        elif owner := _owner(taint.key):
            what = f"{taint.key} is reserved"
            yield Fault(f"{path}.key", what, f"{owner} sets it", "use a domain of your own")
        if taint.value and not _NAME.fullmatch(taint.value):
            allowed = 'a value is at most 63 of letters, digits, "-", "_" and "."'
            yield Fault(f"{path}.value", f"{quoted(taint.value)} is not the value of a taint", allowed)
        if (taint.key, taint.effect) in seen:
            yield Fault(path, f"{taint.key} with effect {taint.effect} is listed twice")
        seen.add((taint.key, taint.effect))


def _key_fault(path: str, key: str, kind: str, *, by_karpenter: bool) -> Fault | None:
    """What keeps `key` from being a key that Kubernetes, and for a node group EKS, can take."""
    prefix, slash, name = key.rpartition("/")
    prefix_fits = not slash or (bool(_PREFIX.fullmatch(prefix)) and len(prefix) <= LONGEST_PREFIX)
    if not prefix_fits or not _NAME.fullmatch(name):
        return Fault(path, f"{quoted(key)} is not the key of a {kind}", _SYNTAX)
    if not by_karpenter and len(key) > LONGEST_EKS_KEY:
        return Fault(path, f"{len(key)} characters are too many", f"EKS takes at most {LONGEST_EKS_KEY}")
    return None


def _owner(key: str) -> str:
    """Who sets this label or taint; empty for one that is free."""
    domain = key.partition("/")[0] if "/" in key else ""
    for kept, owner in KEPT_BY:
        if domain == kept or domain.endswith(f".{kept}"):
            return owner
    if key in SET_BY_KUBERNETES:
        return "Kubernetes"
    free = any(domain == name or domain.endswith(f".{name}") for name in FREE_KUBERNETES_DOMAINS)
    kept_by_kubernetes = any(domain == name or domain.endswith(f".{name}") for name in KUBERNETES_DOMAINS)
    return "Kubernetes" if kept_by_kubernetes and not free else ""
