"""What Karpenter takes nodes away for of its own accord, and what keeps it from running jobs.

Consolidation, drift and, from 1.15 on, node repair keep to the budgets of a NodePool; expiry has kept to none
since v1. A budget without reasons counts for every reason, those of later releases included, so ours name
theirs (https://karpenter.sh/docs/concepts/disruption/; `GetAllowedDisruptionsByReason` in
pkg/apis/v1/nodepool.go and pkg/controllers/nodeclaim/expiration/controller.go of sigs.k8s.io/karpenter,
v1.14.0).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.fault import Fault
from knowledge.quantities import parse_duration

DRIFTED = "Drifted"
"""A node is no longer what its NodePool and EC2NodeClass say: another image, label, taint, tag or disk."""

CONSOLIDATED = ("Empty", "Underutilized")
"""Nothing runs on a node, or what runs there could run elsewhere."""

NONE = ("0", "0%")
"""How a budget says that no node may go."""

NEVER = "Never"


def budgets(consolidation: str, drift: str) -> list[dict[str, Any]]:
    """The budgets of a NodePool: how many nodes may go at once, by reason; numbers or percentages as text."""
    return [
        {"nodes": consolidation, "reasons": list(CONSOLIDATED)},
        {"nodes": drift, "reasons": [DRIFTED]},
    ]


def consolidation_fault(policy: str | None) -> Fault | None:
    """What is wrong with a consolidation policy for nodes of training; None stands for the CRD's default."""
    if policy == "WhenEmpty":
        return None
    who = policy or "left to its default, Karpenter"
    return Fault(f"{who} would move a running job", cure="set WhenEmpty")


def expiry_fault(age: str | None) -> Fault | None:
    """What is wrong with an age at which nodes of training expire; None stands for the CRD's default."""
    if age == NEVER:
        return None
    if age is not None and isinstance(unclear := parse_duration(age), Fault):
        return Fault(unclear.problem, f"only {NEVER} is taken: expiry keeps to no budget", f"set {NEVER}")
    problem = f"{age or '720h, the default,'} cuts a job short that runs longer: expiry keeps to no budget"
    return Fault(problem, cure=f"set {NEVER}")


def drift_fault(budgets: Iterable[Mapping[str, Any]], cure: str) -> Fault | None:
    """What is doubtful in the budgets of a NodePool for nodes of training, as the API server holds them."""
    if any(_closes(budget) for budget in budgets):
        return None
    problem = "a new image, or a changed label, taint, tag or disk, replaces nodes under their jobs"
    return Fault(problem, cure=cure)


def _closes(budget: Mapping[str, Any]) -> bool:
    """Whether the budget keeps drifted nodes at any time; the strictest budget counts."""
    reasons = budget.get("reasons")
    about_drift = not reasons or DRIFTED in reasons
    return about_drift and str(budget.get("nodes")) in NONE and not budget.get("schedule")
