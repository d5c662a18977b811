"""What the reasons are taken from: events and NodePools of one moment, in a form that can be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from knowledge.node_names import POOL_LABEL

KARPENTER = "karpenter"

_INSTANCE_TYPE = "node.kubernetes.io/instance-type"
_CAPACITY_TYPE = "karpenter.sh/capacity-type"


@dataclass(frozen=True)
class Said:
    """What an event says, and who says it."""

    component: str
    reason: str
    message: str
    at: datetime


@dataclass(frozen=True)
class Pool:
    """A NodePool. `doubts` says what keeps it from launching anything at all; None: nothing does."""

    name: str
    label: str
    """Value of `eks-efa/pool` on its nodes, by which pods ask for it."""
    doubts: str | None
    instance_types: tuple[str, ...]
    capacity_types: tuple[str, ...]
    limits: Mapping[str, str]

    @property
    def only_reserved(self) -> bool:
        """Whether it launches into capacity reservations alone."""
        return self.capacity_types == ("reserved",)

    @property
    def only_spot(self) -> bool:
        """Whether it launches Spot Instances alone."""
        return self.capacity_types == ("spot",)


EventsByObject = Mapping[tuple[str, str, str], Sequence[Said]]
"""Events, oldest first, by kind, namespace (empty for all but pods) and name of what they are about."""


def events_by_object(events: Iterable[Mapping[str, Any]]) -> EventsByObject:
    """Sort Event objects as the API server gives them in JSON."""
    by_object: dict[tuple[str, str, str], list[Said]] = {}
    for event in events:
        about = event["involvedObject"]
        namespace = about.get("namespace", "") if about.get("kind") == "Pod" else ""
        key = (about.get("kind", ""), namespace, about.get("name", ""))
        by_object.setdefault(key, []).append(_said(event))
    for said in by_object.values():
        said.sort(key=lambda each: each.at)
    return by_object


def launches_by_pool(events: EventsByObject) -> Mapping[str, Sequence[Said]]:
    """What was said of NodeClaims, by the name of their NodePool."""
    by_pool: dict[str, list[Said]] = {}
    for (kind, _, name), said in events.items():
        if kind == "NodeClaim":
            by_pool.setdefault(pool_name(name), []).extend(said)
    return by_pool


def pool_of(name: str, spec: Mapping[str, Any], doubts: str | None) -> Pool:
    """Read the spec of a NodePool as the API server gives it in JSON."""
    template: Mapping[str, Any] = spec.get("template") or {}
    wanted = {
        each.get("key"): tuple(each.get("values") or ())
        for each in (template.get("spec") or {}).get("requirements") or ()
        if each.get("operator") == "In"
    }
    labels: Mapping[str, str] = (template.get("metadata") or {}).get("labels") or {}
    limits: Mapping[str, Any] = spec.get("limits") or {}
    return Pool(
        name=name,
        label=labels.get(POOL_LABEL, name),
        doubts=doubts,
        instance_types=wanted.get(_INSTANCE_TYPE, ()),
        capacity_types=wanted.get(_CAPACITY_TYPE, ()),
        limits={resource: str(most) for resource, most in limits.items()},
    )


def pool_name(claim: str) -> str:
    """The NodePool of a NodeClaim by its name: the API server makes it of the pool's and five letters."""
    return claim.rpartition("-")[0]


def _said(event: Mapping[str, Any]) -> Said:
    component = event.get("reportingComponent") or event.get("source", {}).get("component") or ""
    series = event.get("series") or {}
    at = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    moment = datetime.fromisoformat(at) if at else datetime.min.replace(tzinfo=UTC)
    return Said(component, event.get("reason") or "", event.get("message") or "", moment)
