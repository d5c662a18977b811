"""The plan of a migration: pure decisions on what was seen.

Karpenter must be ready before anything is touched. Then Cluster Autoscaler stops, for it would bring nodes
back. Then each group shrinks to its floor, a node at a time, those first that are begun and those that are
easiest to empty. A step that must not be done says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lightkube.models.core_v1 import Pod

from cli.migration.fitting import misfit, returns_to_closed_node
from cli.migration.pods import full_name, must_move, obstacles
from cli.migration.scene import Group, GroupNode, Seen


class State(Enum):
    """How a step stands."""

    DONE = "done"
    TO_DO = "to do"
    REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    """One line of the plan. `reasons` say why it is refused."""

    subject: str
    what: str
    state: State
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class NodeStep(Step):
    """A node that shall leave its group."""

    node: GroupNode | None = None
    moves: tuple[str, ...] = ()
    """The pods that must leave it, each with where it can go."""


@dataclass(frozen=True)
class Plan:
    """The steps in their order."""

    steps: tuple[Step, ...]

    @property
    def refused(self) -> tuple[Step, ...]:
        """Steps that must not be done."""
        return tuple(step for step in self.steps if step.state is State.REFUSED)

    @property
    def foundation_refused(self) -> tuple[Step, ...]:
        """What of it stands in the way of everything."""
        return tuple(step for step in self.refused if not isinstance(step, NodeStep))

    @property
    def unfinished(self) -> tuple[Step, ...]:
        """Steps that may be done and are not done yet."""
        return tuple(step for step in self.steps if step.state is State.TO_DO)

    def next_node(self) -> GroupNode | None:
        """The node to empty next."""
        ready = (step for step in self.steps if isinstance(step, NodeStep) and step.state is State.TO_DO)
        return next((step.node for step in ready), None)


def plan(seen: Seen) -> Plan:
    """Plan all that is left to do."""
    groups = tuple(step for group in seen.groups for step in _group(group, seen))
    nodes = [step for step in groups if isinstance(step, NodeStep)]
    karpenter = _karpenter(seen, needs_nodes=any(step.moves for step in nodes))
    return Plan((karpenter, _cluster_autoscaler(seen, shrinking=bool(nodes)), *groups))


def _karpenter(seen: Seen, *, needs_nodes: bool) -> Step:
    """Whether it can be relied on. A provisioner that the pods that have moved fill to its limit is no fault:
    only where others `needs_nodes` must one be able to launch."""
    what = "ready, with a provisioner to launch from" if needs_nodes else "ready"
    if seen.autoscaler == "cluster-autoscaler":
        reason = "autoscaler: cluster-autoscaler has none; set autoscaler: both, then run up"
    elif seen.karpenter is not None:
        reason = seen.karpenter
    elif needs_nodes and all(offer.reason for offer in seen.offers):
        doubts = "; ".join(f"{offer.name}: {offer.reason}" for offer in seen.offers)
        reason = doubts or "there is no provisioner; add one to the settings"
    else:
        return Step("Karpenter", what, State.DONE)
    return Step("Karpenter", what, State.REFUSED, (reason,))


def _cluster_autoscaler(seen: Seen, *, shrinking: bool) -> Step:
    if seen.adopted and seen.cluster_autoscaler and shrinking:
        reason = "is not this stack's to stop, and would bring the nodes back; scale it to zero meanwhile"
        return Step("Cluster Autoscaler", "is the cluster's own", State.REFUSED, (reason,))
    if seen.adopted:
        return Step("Cluster Autoscaler", "is left to the cluster: none of this stack's", State.DONE)
    if seen.cluster_autoscaler is None:
        return Step("Cluster Autoscaler", "not installed: nothing to scale down", State.DONE)
    if seen.cluster_autoscaler == 0:
        return Step("Cluster Autoscaler", "scaled to zero", State.DONE)
    return Step("Cluster Autoscaler", f"from {seen.cluster_autoscaler} to zero replicas", State.TO_DO)


def _group(group: Group, seen: Seen) -> Iterator[Step]:
    subject, surplus = f"group {group.name}", max(group.desired - group.floor, 0)
    judged = sorted((_judged(node, seen) for node in group.nodes), key=lambda each: each.order)
    for each in judged[:surplus]:
        yield each.step(group)
    stays = f"keeps {group.floor} by minNodes" if group.floor else "keeps none"
    if surplus > len(judged):
        yield Step(subject, f"{surplus - len(judged)} more nodes are starting or leaving", State.TO_DO)
    elif not surplus:
        yield Step(subject, f"is at its floor: {stays}", State.DONE)


@dataclass(frozen=True)
class _Judged:
    """A node, the pods that must leave it, each with where it can go, and what forbids that."""

    node: GroupNode
    moves: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def order(self) -> tuple[bool, bool, int, str]:
        """Begun before the others, then what can be emptied, then the emptiest."""
        return not self.node.marked, bool(self.reasons), len(self.moves), self.node.name

    def step(self, group: Group) -> NodeStep:
        what = f"{self.node.name} goes: {', '.join(self.moves) if self.moves else 'it is empty'}"
        state = State.REFUSED if self.reasons else State.TO_DO
        return NodeStep(f"group {group.name}", what, state, self.reasons, self.node, self.moves)


def _judged(node: GroupNode, seen: Seen) -> _Judged:
    moves: list[str] = []
    reasons: list[str] = []
    for pod in seen.on(node.name):
        if must_move(pod):
            homes = [offer.name for offer in seen.offers if misfit(pod, offer) is None]
            moves.append(f"{full_name(pod)} to {' or '.join(homes)}" if homes else full_name(pod))
            reasons += [f"{full_name(pod)} {why}" for why in _why_not(pod, homes, seen)]
    return _Judged(node, tuple(moves), tuple(reasons))


def _why_not(pod: Pod, homes: list[str], seen: Seen) -> Iterator[str]:
    yield from obstacles(pod, seen.budgets)
    if returns_to_closed_node(pod):
        yield "tolerates every taint, and would come back to the closed node; name the taints that it means"
    if not homes:
        misfits = [f"{offer.name}: {misfit(pod, offer)}" for offer in seen.offers]
        yield f"fits no provisioner ({'; '.join(misfits) or 'there is none'})"
