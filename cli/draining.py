"""Pods that Karpenter may not move, which a stack that goes would wait for without an end.

A budget may allow no eviction, or none once replacements find no node; `karpenter.sh/do-not-disrupt` keeps a
pod where it is (IsEvictable in pkg/utils/pod/scheduling.go of sigs.k8s.io/karpenter). Both end at the time in
the NodeClaim's annotation, which Karpenter itself writes where a NodePool has a terminationGracePeriod.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from httpx2 import HTTPStatusError
from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Pod
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement
from lightkube.resources.policy_v1 import PodDisruptionBudget
from lightkube.types import PatchType

from cli.cluster import NOT_FOUND, Cluster, NodeClaim
from cli.deployed import NAMESPACE, NODE_POOL, Deployed, deployed
from cli.errors import CommandError
from cli.scale_deployment import NAMESPACE as SCALE_NAMESPACE
from cli.scaling import claim_node
from cli.stacks import Stack
from cli.teardown import pool_of

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
ENDS_AT = "karpenter.sh/nodeclaim-termination-timestamp"
"""Annotation on a NodeClaim: pods that are left then are deleted, whatever keeps them."""

FORCED_AFTER = timedelta(seconds=60)
"""What pods get of their own grace by `--force-drain`; most ask for 30 s."""

NAMED = 3
"""How many pods are named before the others are counted."""


@contextmanager
def drained(stack: Stack, cluster: Cluster, *, force: bool) -> Iterator[None]:
    """Around a stack's end: refuse what would wait without one, or with `force` bound it."""
    made = deployed(stack)
    own = {each.id for each in made if each.type == NODE_POOL}
    claims = [claim for claim in cluster.node_claims() if pool_of(claim) in own and not _ends(claim)]
    if not force:
        _refuse_endless(stack, cluster, claims, _gone_before(stack, made))
        yield
        return
    with forced_drain(cluster, claims):
        yield


def _gone_before(stack: Stack, made: Iterable[Deployed]) -> set[str]:
    """Namespaces that go with all their pods, whatever keeps these, and do not wait for NodePools to go. That
    of scale-out is in no state; `down` removes it first where the cluster stays."""
    gone = {each.id for each in made if each.type == NAMESPACE}
    return gone if stack.adopted_cluster is None else gone | {SCALE_NAMESPACE}


def _refuse_endless(
    stack: Stack, cluster: Cluster, claims: Iterable[Generic], gone_before: Collection[str]
) -> None:
    """CommandError with the budgets and the pods that nodes of Karpenter's would wait for without an end."""
    nodes = {claim_node(claim) for claim in claims}
    staying = (pod for pod in cluster.pods() if _namespace(pod) not in gone_before) if nodes else ()
    pods = [pod for pod in staying if _stays_until_moved(pod)]
    kept = [*_kept_by_budgets(cluster, pods, nodes), *_kept_by_annotation(pods, nodes)]
    if kept:
        fault = f"Karpenter may not move pods off its nodes, and would wait for ever: {'; '.join(kept)}"
        force = f"eks-efa down --stack {stack.name} --force-drain"
        cure = f"end them or lift that; or run: {force}, which ends them a minute after it begins"
        raise CommandError(f"stack {stack.name}", fault, cure)


@contextmanager
def forced_drain(
    cluster: Cluster, claims: Sequence[Generic], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[None]:
    """Have nodes go with whatever is on them; where that comes to nothing, they wait for their pods again."""
    end = (now() + FORCED_AFTER).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        for claim in claims:
            _annotate(cluster, claim, end)
        yield
    except BaseException:
        # What went wrong comes first, also where a token has expired in the course of a long destroy.
        with suppress(Exception):
            for claim in claims:
                _annotate(cluster, claim, None)
        raise


def _annotate(cluster: Cluster, claim: Generic, end: str | None) -> None:
    name = (claim.metadata.name if claim.metadata else None) or ""
    try:
        change = {"metadata": {"annotations": {ENDS_AT: end}}}
        cluster.client.patch(NodeClaim, name, change, patch_type=PatchType.MERGE)
    except HTTPStatusError as error:  # of the node, or of Karpenter's definitions
        if error.response.status_code != NOT_FOUND:
            raise


def _ends(claim: Generic) -> bool:
    annotations = (claim.metadata.annotations if claim.metadata else None) or {}
    return ENDS_AT in annotations or bool((claim.get("spec") or {}).get("terminationGracePeriod"))


def _stays_until_moved(pod: Pod) -> bool:
    """Whether a drain waits for it: DaemonSets' pods stay on a node to its end."""
    owners = (pod.metadata.ownerReferences if pod.metadata else None) or ()
    phase = pod.status.phase if pod.status else None
    return phase not in ("Succeeded", "Failed") and not any(
        owner.kind in ("DaemonSet", "Node") for owner in owners
    )


def _kept_by_budgets(cluster: Cluster, pods: Iterable[Pod], nodes: set[str]) -> Iterator[str]:
    """Budgets that want more healthy pods than there are on other nodes. Who is evicted finds no new node."""
    pods = list(pods)
    for budget in cluster.client.list(PodDisruptionBudget, namespace="*") if pods else ():
        metadata, status = budget.metadata, budget.status
        selector = budget.spec.selector if budget.spec else None
        if metadata is None or status is None or selector is None:
            continue
        chosen = [pod for pod in pods if _namespace(pod) == metadata.namespace and _fits(pod, selector)]
        here = [pod for pod in chosen if _node(pod) in nodes]
        elsewhere = sum(1 for pod in chosen if _node(pod) not in nodes and _is_ready(pod))
        if here and (status.desiredHealthy or 0) > elsewhere:
            yield f"PodDisruptionBudget {metadata.namespace}/{metadata.name} keeps {_names(here)}"


def _kept_by_annotation(pods: Iterable[Pod], nodes: set[str]) -> Iterator[str]:
    kept = [pod for pod in pods if _node(pod) in nodes and _annotations(pod).get(DO_NOT_DISRUPT) == "true"]
    if kept:
        yield f"annotation {DO_NOT_DISRUPT} keeps {_names(kept)}"


def _names(pods: list[Pod]) -> str:
    names = sorted(f"{_namespace(pod)}/{pod.metadata.name if pod.metadata else ''}" for pod in pods)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _fits(pod: Pod, selector: LabelSelector) -> bool:
    labels = (pod.metadata.labels if pod.metadata else None) or {}
    wanted = selector.matchLabels or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _meets(labels, each) for each in selector.matchExpressions or ()
    )


def _meets(labels: Mapping[str, str], asked: LabelSelectorRequirement) -> bool:
    """https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"""
    there, values = asked.key in labels, asked.values or ()
    return {
        "Exists": there,
        "DoesNotExist": not there,
        "In": there and labels[asked.key] in values,
        "NotIn": not there or labels[asked.key] not in values,
    }[asked.operator]


def _namespace(pod: Pod) -> str | None:
    return pod.metadata.namespace if pod.metadata else None


def _annotations(pod: Pod) -> Mapping[str, str]:
    return (pod.metadata.annotations if pod.metadata else None) or {}


def _node(pod: Pod) -> str | None:
    return pod.spec.nodeName if pod.spec else None


def _is_ready(pod: Pod) -> bool:
    conditions = (pod.status.conditions if pod.status else None) or ()
    return any(condition.type == "Ready" and condition.status == "True" for condition in conditions)
