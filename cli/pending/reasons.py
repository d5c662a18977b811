"""Why a pod is still pending, in one line, in the words of those who know: Karpenter and the scheduler.

Both write events about a pod. The scheduler says which nodes of today do not fit; Karpenter says which nodes
it would or would not launch, and then the NodeClaim says how far the launch has come. Karpenter's newest word
counts, though it repeats itself only every five minutes: a NodeClaim that failed takes its nomination along,
and the word before counts again.

Karpenter refuses a pod in the name of those NodePools only that have something on offer. One whose launches
have just failed, whose reservation is used up or that is not ready is passed over without a word, and so is
the one type of several that EC2 had none of: what the rest lacks is then neither the reason nor final.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cli.pending.evidence import (
    KARPENTER,
    EventsByObject,
    Pool,
    Said,
    events_by_object,
    launches_by_pool,
    pool_name,
)
from cli.pending.failed_launches import Failure, about_claim, ended_at_once, failure_of, told_by_condition
from cli.pending.reason import Reason, cut
from cli.pending.refusals import Refusals, refusal

SCHEDULER = "default-scheduler"

ASKS_AGAIN = "Karpenter asks again within 3 minutes"
"""For as long it passes over what was not to be had (UnavailableOfferingsTTL in its pkg/cache/cache.go)."""

REMEMBERED = timedelta(minutes=4)
"""How long before a refusal a failed launch may have been its reason: those three minutes, and the looks, of
ten seconds each, at what is forgotten and at the pods."""

SAID_AGAIN_WITHIN = timedelta(minutes=6)
"""How old the word on a NodePool without offers can be while it has none: it is said every minute, and every
five once the API machinery has let 25 of them through (client-go tools/record/events_cache.go)."""


@dataclass(frozen=True)
class PendingReasons:
    """Events, NodeClaims and NodePools of one moment, for questions about pods."""

    events: EventsByObject
    launches: Mapping[str, Sequence[Said]]
    """What was said of NodeClaims, by NodePool."""
    conditions: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """Conditions by type, of every NodeClaim by name."""
    pools: Mapping[str, Pool]
    """By name; those that nothing is known of but events are not among them."""

    @classmethod
    def of(
        cls,
        events: Iterable[Mapping[str, Any]],
        claims: Iterable[Mapping[str, Any]],
        pools: Iterable[Pool] = (),
    ) -> "PendingReasons":
        """From Event and NodeClaim objects as the API server gives them in JSON, and NodePools."""
        conditions = {
            claim["metadata"]["name"]: {
                each["type"]: each for each in claim.get("status", {}).get("conditions", [])
            }
            for claim in claims
        }
        said = events_by_object(events)
        return cls(said, launches_by_pool(said), conditions, {pool.name: pool for pool in pools})

    def why(self, namespace: str, pod: str) -> Reason | None:
        """Why the pod has no node, or None where nobody has said anything yet."""
        said = self.events.get(("Pod", namespace, pod), ())
        by_karpenter = [event for event in said if event.component == KARPENTER]
        fitting = {pool_name(claim) for event in by_karpenter if (claim := _nominated_claim(event))}
        for event in reversed(by_karpenter):
            if event.reason == "FailedScheduling":
                return self._refused(event, fitting)
            if event.reason == "Nominated" and (reason := self._nominated(event)):
                return reason
        for event in reversed(said):
            if event.component == SCHEDULER and event.reason == "FailedScheduling":
                return Reason(cut(_without_preemption(event.message)))
        return None

    def _refused(self, event: Said, fitting: set[str]) -> Reason:
        """Karpenter found no node to launch. `fitting`: pools that it once found a node for the pod in."""
        refusals = Refusals.of(event.message)
        held = self._held_back(self._pools_asked(refusals.asked), event.at)
        known = fitting & set(held)
        if known:
            held = {name: failure for name, failure in held.items() if name in known}
        if not held and not refusals.told:
            return self._unsaid(refusals)
        lacks = list(dict.fromkeys(refusal(part, self.pools) for part in refusals.told))
        if held:
            lacks = [each for each in lacks if not ((each.final and known) or refusals.nothing_on_offer)]
        told = "; ".join(reason.text for reason in lacks)
        if held and told:
            told = f"of what is on offer now: {told}"
        text = "; ".join(filter(None, [_failures(held.values()), told]))
        return Reason(cut(text), final=not held and all(reason.final for reason in lacks))

    def _unsaid(self, refusals: Refusals) -> Reason:
        """The pool that the pod asks for has nothing to say: it has nothing on offer, or there is none."""
        for pool in self.pools.values():
            if pool.label == refusals.asked:
                return Reason(_nothing_on_offer(pool.name, pool))
        reasons = [refusal(part) for part in refusals.others]
        return Reason(cut("; ".join(reason.text for reason in reasons)), final=True)

    def _pools_asked(self, label: str) -> set[str]:
        """Names of the pools that a pod may go to: of that label, or all where it asks for none."""
        if not label:
            silent = {name for kind, _, name in self.events if kind == "NodePool"}
            return {*self.pools, *self.launches, *silent}
        return {name for name, pool in self.pools.items() if pool.label == label} or {label}

    def _held_back(self, names: Iterable[str], at: datetime) -> dict[str, Failure]:
        """Of these pools those that nothing was tried with at that time, and why; newest failure first."""
        since = at - REMEMBERED
        failed = {name: said for name in names if (said := self._failed_launch(name, since))}
        newest_first = sorted(failed, key=lambda name: (failed[name].at, name), reverse=True)
        held = {name: failure_of(failed[name].message, self.pools.get(name)) for name in newest_first}
        for name in sorted(set(names) - set(held)):
            pool = self.pools.get(name)
            if pool and pool.doubts:
                held[name] = Failure(f"provisioner {name} is not ready: {pool.doubts}")
            elif self._has_nothing_on_offer(name, since=at - SAID_AGAIN_WITHIN):
                held[name] = Failure(_nothing_on_offer(name, pool))
        return held

    def _failed_launch(self, pool: str, since: datetime) -> Said | None:
        """The newest launch of a pool that failed since then."""
        failed = self._about_claims(pool, "InsufficientCapacityError")
        return max((said for said in failed if said.at >= since), key=lambda said: said.at, default=None)

    def _has_nothing_on_offer(self, pool: str, since: datetime) -> bool:
        """Whether Karpenter has said so of a pool since then, and launched nothing of it after."""
        launched = max((said.at for said in self._about_claims(pool, "Launched")), default=None)
        return any(
            said.reason == "NoCompatibleInstanceTypes"
            and said.at >= since
            and (launched is None or said.at >= launched)
            for said in self.events.get(("NodePool", "", pool), ())
        )

    def _about_claims(self, pool: str, reason: str) -> Iterable[Said]:
        return (said for said in self.launches.get(pool, ()) if said.reason == reason)

    def _nominated(self, event: Said) -> Reason | None:
        """Karpenter chose a node; the reason is what that node still lacks."""
        claim = _nominated_claim(event)
        if claim is None:
            return Reason(f"waiting for room on node {event.message.rpartition('/')[2]}")
        pool = self.pools.get(pool_name(claim))
        about = self.events.get(("NodeClaim", "", claim), ())
        for said in reversed(about):
            if said.reason == "InsufficientCapacityError":
                return Reason(cut(failure_of(said.message, pool).text))
            if said.reason == "NodeClassNotReady":
                return Reason(cut(about_claim(said.message)))
        reasons = {said.reason for said in about}
        if "InstanceTerminating" in reasons and "Registered" not in reasons:
            return Reason(cut(ended_at_once(claim)))
        conditions = self.conditions.get(claim)
        return None if conditions is None else Reason(cut(_progress(claim, conditions, pool)))


def _nominated_claim(event: Said) -> str | None:
    """The NodeClaim that an event nominates a pod to; None where it is a node, or no nomination."""
    kind, _, name = event.message.rpartition(" ")[2].partition("/")
    return name if event.reason == "Nominated" and kind == "nodeclaim" else None


def _failures(failures: Iterable[Failure]) -> str:
    """Failures in one line, each once, and when Karpenter tries again where that may help."""
    told = list(dict.fromkeys(failure.text for failure in failures))
    if any(failure.passes for failure in failures):
        told.append(ASKS_AGAIN)
    return "; ".join(told)


def _nothing_on_offer(name: str, pool: Pool | None) -> str:
    if pool and pool.only_reserved:
        return f"the reservations of provisioner {name} have no free instance now"
    return f"no instance type of provisioner {name} is on offer now"


def _progress(name: str, conditions: Mapping[str, Mapping[str, Any]], pool: Pool | None) -> str:
    for kind, meaning in (
        ("Launched", "is being launched"),
        ("Registered", "is launched, its node has not joined yet"),
        ("Initialized", "has joined, its node is not ready yet"),
    ):
        condition = conditions.get(kind, {})
        if condition.get("status") != "True":
            reason = condition.get("reason")
            told = told_by_condition(reason or "", condition.get("message") or "", pool)
            waiting = reason in ("AwaitingReconciliation", "NodeNotFound", None)
            return f"{name} {meaning}" if waiting or not told else f"{name} {meaning}: {told}"
    return f"{name} is ready, the scheduler places the pod next"


def _without_preemption(message: str) -> str:
    for end in (". no new claims", ". preemption:", ", preemption:"):
        message = message.partition(end)[0]
    return message
