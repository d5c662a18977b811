"""Why a pod waits, asked of the cluster only where one does: events are the dearest read of all."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Pod

from cli.cluster import Cluster
from cli.karpenter import provisioners
from cli.pending.evidence import Pool, pool_of
from cli.pending.reason import Reason
from cli.pending.reasons import PendingReasons


def reasons_of(cluster: Cluster, pods: Iterable[Pod]) -> Callable[[Pod], Reason | None]:
    """A function from a pod that waits for a node to the reason, from the events as they are now."""
    if not any(_waits_for_a_node(pod) for pod in pods):
        return lambda _: None
    reasons = PendingReasons.of(
        [_plain(event.to_dict()) for event in cluster.events()],
        [_named(claim) for claim in cluster.node_claims()],
        _pools(cluster.node_pools()),
    )

    def reason_of(pod: Pod) -> Reason | None:
        metadata = pod.metadata
        return reasons.why(metadata.namespace or "", metadata.name or "") if metadata else None

    return reason_of


def _waits_for_a_node(pod: Pod) -> bool:
    pending = pod.status is not None and pod.status.phase == "Pending"
    return pending and (pod.spec is None or pod.spec.nodeName is None)


def _named(claim: Generic) -> Mapping[str, Any]:
    name = claim.metadata.name if claim.metadata else ""
    return {"metadata": {"name": name}, "status": claim.get("status") or {}}


def _pools(pools: Sequence[Generic]) -> list[Pool]:
    doubts = {each.name: each.reason for each in provisioners(pools)}
    named = {(pool.metadata.name if pool.metadata else None) or "": pool for pool in pools}
    return [pool_of(name, pool.get("spec") or {}, doubts[name]) for name, pool in named.items()]


def _plain(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object as the API server gives it in JSON: lightkube makes datetimes of its times."""
    plain: Mapping[str, Any] = json.loads(json.dumps(document, default=_time))
    return plain


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
