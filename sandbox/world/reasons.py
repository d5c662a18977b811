"""Why a pod is still pending, in one line, in the words of those who know: Karpenter and the scheduler.

Both write events about a pod. The scheduler says which nodes of today do not fit; Karpenter says which nodes
it would or would not launch, and then the NodeClaim says how far the launch has come. Karpenter's newest word
counts, though it repeats itself only every five minutes: a NodeClaim that failed takes its nomination along,
and the word before counts again. A reason is final where no node that may ever be launched would do.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from knowledge.hugepages import HUGEPAGES_RESOURCE
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL

KARPENTER = "karpenter"
SCHEDULER = "default-scheduler"

DEVICES = (
    GPU_RESOURCE,
    EFA_RESOURCE,
    "aws.amazon.com/neuron",
    HUGEPAGES_RESOURCE,
    "cpu",
    "memory",
)
"""Resources worth naming, in this order."""

LONGEST = 240
"""Characters of a reason; Karpenter's own can be thousands."""


@dataclass(frozen=True)
class Reason:
    """Why a pod waits. `final`: no node of this cluster, and none that Karpenter may launch, will ever do."""

    text: str
    final: bool = False


@dataclass(frozen=True)
class Said:
    """What an event says, and who says it."""

    component: str
    reason: str
    message: str
    at: datetime


@dataclass(frozen=True)
class PendingReasons:
    """Events and NodeClaims of one moment, sorted for questions about pods."""

    by_object: Mapping[tuple[str, str, str], Sequence[Said]]
    """Events, oldest first, by kind, namespace (empty for none) and name of what they are about."""
    conditions: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """Conditions by type, of every NodeClaim by name."""

    @classmethod
    def of(cls, events: Iterable[Mapping[str, Any]], claims: Iterable[Mapping[str, Any]]) -> "PendingReasons":
        """From Event and NodeClaim objects as the API server gives them in JSON."""
        by_object: dict[tuple[str, str, str], list[Said]] = {}
        for event in events:
            about = event["involvedObject"]
            namespace = about.get("namespace", "") if about.get("kind") == "Pod" else ""
            key = (about.get("kind", ""), namespace, about.get("name", ""))
            by_object.setdefault(key, []).append(_said(event))
        for said in by_object.values():
            said.sort(key=lambda each: each.at)
        conditions = {
            claim["metadata"]["name"]: {
                each["type"]: each for each in claim.get("status", {}).get("conditions", [])
            }
            for claim in claims
        }
        return cls(by_object, conditions)

    def why(self, namespace: str, pod: str) -> Reason | None:
        """Why the pod has no node, or None where nobody has said anything yet."""
        said = self.by_object.get(("Pod", namespace, pod), ())
        for event in reversed([event for event in said if event.component == KARPENTER]):
            if event.reason == "FailedScheduling":
                return self._refused(event.message)
            if event.reason == "Nominated" and (reason := self._nominated(event.message)):
                return reason
        for event in reversed(said):
            if event.component == SCHEDULER and event.reason == "FailedScheduling":
                return Reason(_cut(_without_preemption(event.message)))
        return None

    def _refused(self, message: str) -> Reason:
        """Karpenter found no node to launch; it gives one reason per NodePool that has something on offer.

        Where the pod asks for one NodePool by name, that the others are none of it says nothing.
        """
        parts = message.removeprefix("Failed to schedule pod, ").split("; ")
        others = {part: match[1] for part in parts if (match := _ANOTHER_POOL.search(part))}
        told = [part for part in parts if part not in others]
        asked = next(iter(others.values()), "")
        sold_out = not told and self._has_nothing_on_offer(asked)
        reasons = list(dict.fromkeys(refusal(part) for part in told or parts))
        text = "; ".join(reason.text for reason in reasons)
        if sold_out:
            text = f"no instance type of provisioner {asked} is on offer now"
        if (sold_out or UNAVAILABLE in message) and (shortage := self._newest_shortage(asked)):
            text = f"{shortage}; Karpenter asks again within 3 minutes"
        return Reason(_cut(text), final=not sold_out and all(reason.final for reason in reasons))

    def _has_nothing_on_offer(self, pool: str) -> bool:
        """Whether Karpenter has said so of a NodePool; then it tells pods nothing of it."""
        said = self.by_object.get(("NodePool", "", pool), ())
        return any(each.reason == "NoCompatibleInstanceTypes" for each in said)

    def _nominated(self, message: str) -> Reason | None:
        """Karpenter chose a node; the reason is what that node still lacks."""
        kind, _, name = message.rpartition(" ")[2].partition("/")
        if kind != "nodeclaim":
            return Reason(f"waiting for room on node {name}")
        for said in reversed(self.by_object.get(("NodeClaim", "", name), ())):
            if said.reason == "InsufficientCapacityError":
                return Reason(_cut(shortage_of(said.message)))
        conditions = self.conditions.get(name)
        return None if conditions is None else Reason(_cut(_progress(name, conditions)))

    def _newest_shortage(self, pool: str) -> str | None:
        """Of one NodePool, whose NodeClaims begin with its name, or of all where the name is empty."""
        shortages = [
            said
            for (kind, _, name), events in self.by_object.items()
            if kind == "NodeClaim" and name.startswith(pool)
            for said in events
            if said.reason == "InsufficientCapacityError"
        ]
        newest = max(shortages, key=lambda said: said.at, default=None)
        return shortage_of(newest.message) if newest else None


UNAVAILABLE = "nodepool requirements filtered out all available instance types"
"""What Karpenter says while it remembers that EC2 had no capacity, and where requirements never fit."""

_ANOTHER_POOL = re.compile(rf"{re.escape(POOL_LABEL)} In \[(\S+)\] not in {re.escape(POOL_LABEL)} In \[")
"""A pod that asks for one NodePool, and Karpenter's word on one that is another."""


def refusal(part: str) -> Reason:
    """What one NodePool has against a pod, from the sentences in scheduler.go of sigs.k8s.io/karpenter."""
    if taint := re.search(r"did not tolerate taint \(taint=(.+?)\)", part):
        return Reason(f"the pod does not tolerate the taint {taint.group(1)}", final=True)
    if pool := re.search(r"limits? .*for nodepool \(NodePool=(.+?)\)", part):
        return Reason(f"provisioner {pool.group(1)} is at its limit")
    if UNAVAILABLE in part:
        return Reason("no instance type that the provisioners allow is on offer now")
    wanted = _wanted(part)
    if "enough resources" in part and "offering" not in part:
        return Reason(f"no allowed instance type has {wanted or 'enough resources'}", final=True)
    told = part.partition(", requirements=")[0]
    return Reason(told, final=told.startswith(("incompatible requirements", "no instance type met all")))


def shortage_of(message: str) -> str:
    """EC2's own sentence out of Karpenter's about a fleet that got no instance."""
    sentence = re.search(r"(\w*Capacity\w*): (.+?)(?: \(aws-error-code|\.\.\.|$)", message)
    return f"EC2: {sentence.group(2)}".rstrip(".") if sentence else message


def _progress(name: str, conditions: Mapping[str, Mapping[str, Any]]) -> str:
    for kind, meaning in (
        ("Launched", "is being launched"),
        ("Registered", "is launched, its node has not joined yet"),
        ("Initialized", "has joined, its node is not ready yet"),
    ):
        condition = conditions.get(kind, {})
        if condition.get("status") != "True":
            told = condition.get("message") or ""
            waiting = condition.get("reason") in ("AwaitingReconciliation", "NodeNotFound", None)
            return f"{name} {meaning}" if waiting or not told else f"{name} {meaning}: {told}"
    return f"{name} is ready, the scheduler places the pod next"


def _said(event: Mapping[str, Any]) -> Said:
    component = event.get("reportingComponent") or event.get("source", {}).get("component") or ""
    series = event.get("series") or {}
    at = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    moment = datetime.fromisoformat(at) if at else datetime.min.replace(tzinfo=UTC)
    return Said(component, event.get("reason") or "", event.get("message") or "", moment)


def _wanted(part: str) -> str:
    """The devices in `resources={...}`, as `9 nvidia.com/gpu and 4 vpc.amazonaws.com/efa`."""
    found = re.search(r"resources=(\{.*?\})", part)
    try:
        resources: dict[str, str] = json.loads(found.group(1)) if found else {}
    except ValueError:
        return ""
    return " and ".join(f"{resources[name]} {name}" for name in DEVICES if name in resources)


def _without_preemption(message: str) -> str:
    return re.split(r"\. no new claims|[,.] preemption:", message)[0]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}..."
