"""On which nodes a DaemonSet runs: what its pods select, and which taints they tolerate.

As its controller decides (`NodeShouldRunDaemonPod` in pkg/controller/daemon/daemon_controller.go of
Kubernetes v1.35): a pod comes where its selector and required affinity match and it tolerates every
NoSchedule and NoExecute taint; one that is there stays as long as they match and no NoExecute taint drives it
out. Documents are plain JSON, as the API server gives them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TOLERATED_BY_ALL = frozenset(
    f"node.kubernetes.io/{state}"
    for state in (
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
        "network-unavailable",
    )
)
"""What the controller makes every pod of a DaemonSet tolerate (`AddOrUpdateDaemonPodTolerations` in
pkg/controller/daemon/util/daemonset_util.go); the last only where the pod uses its node's network."""


def comes_to(pod: Mapping[str, Any], labels: Mapping[str, str], taints: Iterable[Mapping[str, str]]) -> bool:
    """Whether a pod of this spec is placed on a node with these labels and taints."""
    return _selects(pod, labels) and _tolerates_all(pod, taints, ("NoSchedule", "NoExecute"))


def stays_on(pod: Mapping[str, Any], labels: Mapping[str, str], taints: Iterable[Mapping[str, str]]) -> bool:
    """Whether a pod of this spec that is on a node is left there."""
    return _selects(pod, labels) and _tolerates_all(pod, taints, ("NoExecute",))


def tolerates(toleration: Mapping[str, Any], taint: Mapping[str, str]) -> bool:
    """Whether one toleration is for one taint; both as Kubernetes writes them, absent fields left out."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def _tolerates_all(
    pod: Mapping[str, Any], taints: Iterable[Mapping[str, str]], effects: Sequence[str]
) -> bool:
    tolerations = pod.get("tolerations") or ()
    return all(
        taint["key"] in TOLERATED_BY_ALL or any(tolerates(toleration, taint) for toleration in tolerations)
        for taint in taints
        if taint["effect"] in effects
    )


def _selects(pod: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """The node selector, and one of the terms of the required node affinity where there is one."""
    if any(labels.get(key) != value for key, value in (pod.get("nodeSelector") or {}).items()):
        return False
    affinity = (pod.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    terms = required.get("nodeSelectorTerms") or ()
    return any(_matches(term.get("matchExpressions") or (), labels) for term in terms)


def _matches(expressions: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> bool:
    """All of a term's expressions; a term without any, or with one node by its name, matches nothing."""
    return bool(expressions) and all(_meets(expression, labels) for expression in expressions)


def _meets(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    has, values = labels.get(expression["key"]), list(expression.get("values") or ())
    match expression["operator"]:
        case "In":
            return has in values
        case "NotIn":
            return has not in values
        case "Exists":
            return has is not None
        case "DoesNotExist":
            return has is None
        case "Gt":
            return has is not None and int(has) > int(values[0])
        case _:
            return has is not None and int(has) < int(values[0])
