"""Karpenter's refusals of a pod: one sentence for each NodePool that has something on offer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cli.pending.evidence import Pool
from cli.pending.reason import Reason
from knowledge.hugepages import HUGEPAGES_RESOURCE
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL

DEVICES = (
    GPU_RESOURCE,
    EFA_RESOURCE,
    "aws.amazon.com/neuron",
    HUGEPAGES_RESOURCE,
    "cpu",
    "memory",
)
"""Resources worth naming, in this order."""

NOTHING_ON_OFFER = "nodepool requirements filtered out all available instance types"
"""Karpenter's sentence where no NodePool has anything on offer, now or ever."""

_ANOTHER_POOL = re.compile(rf"{re.escape(POOL_LABEL)} In \[(\S+)\] not in {re.escape(POOL_LABEL)} In \[")
"""A pod that asks for one NodePool, and Karpenter's word on one that is another."""


@dataclass(frozen=True)
class Refusals:
    """What a FailedScheduling event of Karpenter says."""

    asked: str
    """The pool that the pod asks for by name; empty where it asks for none."""
    told: tuple[str, ...]
    """Sentences that are more than that a pool is not the one asked for."""
    others: tuple[str, ...]
    """The sentences that say no more than that."""

    @classmethod
    def of(cls, message: str) -> "Refusals":
        """Take the message apart."""
        parts = message.removeprefix("Failed to schedule pod, ").split("; ")
        others = {part: match[1] for part in parts if (match := _ANOTHER_POOL.search(part))}
        told = tuple(part for part in parts if part not in others)
        return cls(next(iter(others.values()), ""), told, tuple(others))

    @property
    def nothing_on_offer(self) -> bool:
        """Whether no NodePool had anything on offer."""
        return any(NOTHING_ON_OFFER in part for part in self.told)


def refusal(part: str, pools: Mapping[str, Pool] = {}) -> Reason:
    """What one NodePool has against a pod, from the sentences in scheduler.go of sigs.k8s.io/karpenter.

    Final is what no node of that pool would mend, provided that the pool had all its types on offer.
    """
    if taint := re.search(r"did not tolerate taint \(taint=(.+?)\)", part):
        return Reason(f"the pod does not tolerate the taint {taint.group(1)}", final=True)
    if pool := re.search(r"limits? .*for nodepool \(NodePool=(.+?)\)", part):
        return Reason(f"provisioner {pool.group(1)} is at its limit{_limits(pools.get(pool.group(1)))}")
    if NOTHING_ON_OFFER in part:
        return Reason("no instance type that the provisioners allow is on offer now")
    wanted = _wanted(part)
    if "enough resources" in part and "offering" not in part:
        return Reason(f"no allowed instance type has {wanted or 'enough resources'}", final=True)
    told = part.partition(", requirements=")[0]
    return Reason(told, final=told.startswith(("incompatible requirements", "no instance type met all")))


def _limits(pool: Pool | None) -> str:
    limits = ", ".join(f"{resource} {most}" for resource, most in pool.limits.items()) if pool else ""
    return f" ({limits})" if limits else ""


def _wanted(part: str) -> str:
    """The devices in `resources={...}`, as `9 nvidia.com/gpu and 4 vpc.amazonaws.com/efa`."""
    found = re.search(r"resources=(?:min=)?(\{.*?\})", part)
    try:
        resources: dict[str, str] = json.loads(found.group(1)) if found else {}
    except ValueError:
        return ""
    return " and ".join(f"{resources[name]} {name}" for name in DEVICES if name in resources)
