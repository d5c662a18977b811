"""What a migration sees at one moment: the two autoscalers, the groups with their nodes, and the pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lightkube.models.core_v1 import Pod
from lightkube.models.policy_v1 import PodDisruptionBudget

from settings.cluster_autoscaler import Autoscaler


@dataclass(frozen=True)
class GroupNode:
    """A node of a managed node group, by an instance that its Auto Scaling group has in service."""

    name: str
    instance_id: str
    marked: bool = False
    """Whether a migration has begun to empty it."""


@dataclass(frozen=True)
class Group:
    """A managed node group of the stack. `floor` is its fewest, `desired` its present number of nodes."""

    name: str
    """As the settings have it."""
    floor: int
    desired: int
    nodes: tuple[GroupNode, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A provisioner: what nodes it can bring."""

    name: str
    taints: Sequence[Mapping[str, str]] = ()
    """As Kubernetes writes them."""
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Values that a node's label may have, by label."""
    capacities: Sequence[Mapping[str, Decimal]] = ()
    """Of each instance type: `cpu`, `memory` and devices."""
    reason: str | None = None
    """Why it can bring none now; None: it can."""


@dataclass(frozen=True)
class Seen:
    """One look. `karpenter` says why Karpenter cannot be relied on; None: it is ready."""

    autoscaler: Autoscaler
    """What the settings say."""
    karpenter: str | None
    cluster_autoscaler: int | None
    """Replicas wanted; None where it is not installed."""
    groups: tuple[Group, ...]
    offers: tuple[Offer, ...]
    pods: tuple[Pod, ...]
    budgets: tuple[PodDisruptionBudget, ...]
    adopted: bool = False
    """Whether the cluster was there before the stack: what is in it, Cluster Autoscaler too, is not the
    stack's."""

    def on(self, node: str) -> list[Pod]:
        """Pods bound to a node."""
        return [pod for pod in self.pods if pod.spec and pod.spec.nodeName == node]


@dataclass(frozen=True)
class Selector:
    """One term of what a pod asks of a node's labels: `key operator values`, as Kubernetes spells them."""

    key: str
    operator: str
    values: Sequence[str] = ()

    @classmethod
    def of(cls, expression: Any) -> "Selector":
        """From a NodeSelectorRequirement."""
        return cls(expression.key, expression.operator, tuple(expression.values or ()))
