"""A pod on a node that shall go: must it move, what does it ask for, and what forbids to evict it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from lightkube.models.core_v1 import Container, Pod
from lightkube.models.meta_v1 import LabelSelector, OwnerReference
from lightkube.models.policy_v1 import PodDisruptionBudget

from knowledge.quantities import parse_quantity

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
"""`true`, or how long after the pod's start; Karpenter itself keeps to it (pkg/utils/pod/scheduling.go)."""
SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict"
"""`false` keeps Cluster Autoscaler away (its FAQ, "What types of pods can prevent CA from removing a
node?")."""
ZERO = Decimal(0)
UNTIL_THEN = "wait for its end, or remove the annotation"


def full_name(pod: Pod) -> str:
    """`namespace/name`."""
    return f"{pod.metadata.namespace}/{pod.metadata.name}" if pod.metadata else ""


def controller(pod: Pod) -> OwnerReference | None:
    """Who starts the pod again elsewhere."""
    owners = (pod.metadata.ownerReferences if pod.metadata else None) or ()
    return next((owner for owner in owners if owner.controller), None)


def is_finished(pod: Pod) -> bool:
    """Whether it has run to its end, good or bad."""
    return pod.status is not None and pod.status.phase in ("Succeeded", "Failed")


def has_succeeded(pod: Pod) -> bool:
    """Whether it has run to a good end."""
    return pod.status is not None and pod.status.phase == "Succeeded"


def is_going(pod: Pod) -> bool:
    """Whether it is being deleted."""
    return pod.metadata is not None and pod.metadata.deletionTimestamp is not None


def must_move(pod: Pod) -> bool:
    """Whether the pod has to leave before its node may go: all but those that belong to the node."""
    owner = controller(pod)
    of_the_node = owner is not None and owner.kind in ("DaemonSet", "Node")
    return not of_the_node and not is_finished(pod)


def is_ready(pod: Pod) -> bool:
    """Whether it runs and says that it is ready."""
    conditions = (pod.status.conditions if pod.status else None) or ()
    return any(each.type == "Ready" and each.status == "True" for each in conditions)


def requests(pod: Pod) -> dict[str, Decimal]:
    """What the pod asks of its node: its containers together, or one that prepares them, if that is more.

    A sidecar, which is among those that prepare and then stays, counts beside all that come after it
    (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers).
    """
    spec = pod.spec
    if spec is None:
        return {}
    staying: dict[str, Decimal] = {}
    preparing: dict[str, Decimal] = {}
    for container in spec.initContainers or ():
        now = _sum(staying, _requests(container))
        preparing = _most(preparing, now)
        if container.restartPolicy == "Always":
            staying = now
    together = staying
    for container in spec.containers:
        together = _sum(together, _requests(container))
    return _most(together, preparing)


def obstacles(pod: Pod, budgets: Iterable[PodDisruptionBudget]) -> Iterator[str]:
    """Why the pod must not be evicted, now or ever."""
    annotations = (pod.metadata.annotations if pod.metadata else None) or {}
    if controller(pod) is None:
        yield "has no controller that would start it again; end it yourself"
    if (until := annotations.get(DO_NOT_DISRUPT, "false")) != "false":
        yield f"is not to be disturbed ({DO_NOT_DISRUPT}: {until}); {UNTIL_THEN}"
    if annotations.get(SAFE_TO_EVICT) == "false":
        yield f"is not to be evicted ({SAFE_TO_EVICT}: false); {UNTIL_THEN}"
    protecting = [budget for budget in budgets if _protects(budget, pod)]
    if len(protecting) > 1:
        names = ", ".join(_name(budget) for budget in protecting)
        yield f"has more than one disruption budget ({names}), which Kubernetes refuses; keep one"
    elif protecting and never_allows(protecting[0]):
        yield f"may never be evicted by its disruption budget {_name(protecting[0])}; allow one disruption"


def never_allows(budget: PodDisruptionBudget) -> bool:
    """Whether a budget wants every one of its pods well: no waiting will make room for an eviction.

    `disruptionsAllowed` would not tell: it is 0 too for as long as another pod is on its way.
    """
    status = budget.status
    if status is None or not status.expectedPods:
        return False
    return (status.desiredHealthy or 0) >= status.expectedPods


def _sum(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {key: one.get(key, ZERO) + other.get(key, ZERO) for key in {**one, **other}}


def _most(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {key: max(one.get(key, ZERO), other.get(key, ZERO)) for key in {**one, **other}}


def _requests(container: Container) -> dict[str, Decimal]:
    resources = container.resources
    asked = {**((resources.limits if resources else None) or {})}
    asked |= (resources.requests if resources else None) or {}
    amounts = ((resource, parse_quantity(str(text))) for resource, text in asked.items())
    return {resource: amount for resource, amount in amounts if isinstance(amount, Decimal)}


def _protects(budget: PodDisruptionBudget, pod: Pod) -> bool:
    if budget.metadata is None or pod.metadata is None or budget.metadata.namespace != pod.metadata.namespace:
        return False
    selector = budget.spec.selector if budget.spec else None
    # In policy/v1 an empty selector is for every pod of the namespace, none for no pod.
    return selector is not None and _selects(selector, pod.metadata.labels or {})


def _selects(selector: LabelSelector, labels: dict[str, str]) -> bool:
    if any(labels.get(key) != value for key, value in (selector.matchLabels or {}).items()):
        return False
    for each in selector.matchExpressions or ():
        value, values = labels.get(each.key), each.values or []
        holds = {
            "In": value in values,
            "NotIn": value not in values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not holds[each.operator]:
            return False
    return True


def _name(budget: PodDisruptionBudget) -> str:
    return (budget.metadata.name if budget.metadata else None) or ""
