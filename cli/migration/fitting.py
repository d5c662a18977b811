"""Would a node of a provisioner do for a pod? Asked before anything is moved, so it errs on the side of no.

It follows what Karpenter asks of itself (pkg/scheduling of sigs.k8s.io/karpenter): taints are tolerated,
labels can be had, and some instance type has room for the pod alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from lightkube.models.core_v1 import Pod

from cli.migration.pods import requests
from cli.migration.scene import Offer, Selector
from knowledge.daemon_pods import tolerates

WELL_KNOWN = (
    "topology.kubernetes.io/",
    "topology.k8s.aws/",
    "topology.ebs.csi.aws.com/",
    "node.kubernetes.io/",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "karpenter.sh/",
    "karpenter.k8s.aws/",
)
"""Beginnings of labels that Karpenter's nodes get of themselves. Any other they have only if the provisioner
says so."""

CLOSED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
"""What Kubernetes puts on a node with `spec.unschedulable`
(https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unschedulable)."""


def misfit(pod: Pod, offer: Offer) -> str | None:
    """What keeps the pod from the provisioner's nodes, such as `does not tolerate …`; None: nothing."""
    if offer.reason is not None:
        return offer.reason
    if (taint := _intolerable(pod, offer.taints)) is not None:
        return f"does not tolerate {taint}"
    if (selector := _unmet(pod, offer.allowed)) is not None:
        return f"wants {selector}"
    return _too_big(requests(pod), offer.capacities)


def returns_to_closed_node(pod: Pod) -> bool:
    """Whether a pod that was evicted might come straight back: it tolerates the taint of closed nodes."""
    return _intolerable(pod, [CLOSED]) is None


def _intolerable(pod: Pod, taints: Sequence[Mapping[str, str]]) -> str | None:
    tolerations = (pod.spec.tolerations if pod.spec else None) or []
    for taint in taints:
        preferred = taint["effect"] == "PreferNoSchedule"
        if not preferred and not any(tolerates(toleration.to_dict(), taint) for toleration in tolerations):
            value = f"={taint['value']}" if taint.get("value") else ""
            return f"{taint['key']}{value}:{taint['effect']}"
    return None


def _unmet(pod: Pod, allowed: Mapping[str, frozenset[str]]) -> str | None:
    """The first selector that no node of the provisioner meets, in the best of the pod's alternatives."""
    failed = None
    for alternative in _alternatives(pod):
        failed = next((each for each in alternative if not _can_be_met(each, allowed)), None)
        if failed is None:
            return None
    if failed is None:
        return None
    return f"{failed.key} {failed.operator} {' '.join(failed.values)}".strip()


def _alternatives(pod: Pod) -> Iterator[list[Selector]]:
    """Terms of a required node affinity are alternatives; the node selector holds in each."""
    spec = pod.spec
    always = [
        Selector(key, "In", (value,)) for key, value in ((spec.nodeSelector if spec else None) or {}).items()
    ]
    affinity = spec.affinity.nodeAffinity if spec and spec.affinity else None
    required = affinity.requiredDuringSchedulingIgnoredDuringExecution if affinity else None
    if required is None:
        yield always
        return
    for term in required.nodeSelectorTerms:
        # The only field there is names one node, which is never one that is yet to come.
        fields = [Selector.of(each) for each in term.matchFields or ()]
        yield [*always, *fields, *(Selector.of(each) for each in term.matchExpressions or ())]


def _can_be_met(selector: Selector, allowed: Mapping[str, frozenset[str]]) -> bool:
    possible = allowed.get(selector.key)
    if possible is None:
        return selector.operator in ("NotIn", "DoesNotExist") or selector.key.startswith(WELL_KNOWN)
    match selector.operator:
        case "In":
            return not possible.isdisjoint(selector.values)
        case "NotIn":
            return not possible <= set(selector.values)
        case "DoesNotExist":
            return False
        case _:
            return True


def _too_big(asked: Mapping[str, Decimal], capacities: Iterable[Mapping[str, Decimal]]) -> str | None:
    """What the pod asks too much of, of the type that comes nearest; resources nobody knows are left out."""
    lacking: list[list[str]] = [
        [resource for resource, amount in asked.items() if amount > capacity.get(resource, amount)]
        for capacity in capacities
    ]
    least = min(lacking, key=len, default=[])
    return f"asks for more {', '.join(least)} than a node has" if least else None
