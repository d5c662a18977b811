"""Scale-out and scale-in as plain decisions on what was seen: is it done, is it hopeless, what to say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Pod

from cli.karpenter import Provisioner
from cli.nodes import NodeRow, brought_by
from cli.pods import PodCount
from cli.scale_deployment import NAMESPACE


@dataclass(frozen=True)
class Claims:
    """Karpenter's NodeClaims, and how many of them have an instance, and a node that is ready for pods."""

    total: int
    launched: int
    initialized: int


def count_claims(claims: Iterable[Generic]) -> Claims:
    """Count NodeClaims by their conditions `Launched` and `Initialized`."""
    total = launched = initialized = 0
    for claim in claims:
        true = _true_conditions(claim)
        total += 1
        launched += "Launched" in true
        initialized += "Initialized" in true
    return Claims(total, launched, initialized)


def claim_node(claim: Generic) -> str:
    """Name of a NodeClaim's node; its own name until it has one."""
    status: Mapping[str, str] = claim.get("status") or {}
    return status.get("nodeName") or (claim.metadata.name if claim.metadata else None) or ""


def _true_conditions(claim: Generic) -> set[str]:
    conditions = (claim.get("status") or {}).get("conditions") or ()
    return {condition["type"] for condition in conditions if condition["status"] == "True"}


@dataclass(frozen=True)
class ScaleOut:
    """One look during a scale-out."""

    wanted: int
    pods: PodCount
    claims: Claims
    nodes: tuple[NodeRow, ...]
    provisioners: tuple[Provisioner, ...] = ()

    def is_hopeless(self) -> bool:
        """Whether some pod waits for what will never come. Karpenter passes over a provisioner that is not
        ready, so what it refuses meanwhile is not its last word.
        """
        return self.pods.hopeless() and all(provisioner.ready for provisioner in self.provisioners)

    def is_done(self) -> bool:
        """Every pod that was asked for runs, and none beyond."""
        return self.pods.running == self.wanted and not self.pods.pending

    def progress(self) -> str:
        """One line: pods, NodeClaims, nodes, and what most of the waiting pods wait for."""
        claims = self.claims
        line = (
            f"pods {self.pods.running}/{self.wanted} running, NodeClaims {claims.total} "
            f"({claims.launched} launched, {claims.initialized} ready), nodes {len(self.nodes)}"
        )
        waiting = self.pods.by_reason()
        return f"{line}; {waiting[0][1]} waiting: {waiting[0][0].text}" if waiting else line

    def placement(self) -> list[str]:
        """Where the running pods are: `2 on provisioner p4d (p4d.24xlarge)`."""
        by_name = {row.name: row for row in self.nodes}
        counted: dict[str, int] = {}
        for node in self.pods.running_on:
            row = by_name.get(node)
            place = f"{brought_by(row)} ({row.instance_type})" if row else node
            counted[place] = counted.get(place, 0) + 1
        return [f"{count} on {place}" for place, count in sorted(counted.items())]


@dataclass(frozen=True)
class ScaleIn:
    """One look during a scale-in. `kept` are Karpenter nodes that other people's pods still use."""

    pods: int
    karpenter_nodes: tuple[str, ...]
    kept: Mapping[str, str]
    left_in_ec2: tuple[str, ...]

    def is_done(self) -> bool:
        """Our pods are gone, and of Karpenter's nodes only those are left that others use."""
        return not self.pods and not self.removable() and not self.left_in_ec2

    def removable(self) -> tuple[str, ...]:
        """Karpenter's nodes that nobody needs any more."""
        return tuple(node for node in self.karpenter_nodes if node not in self.kept)

    def progress(self) -> str:
        """One line: what is still there."""
        line = f"pods {self.pods}, Karpenter nodes {len(self.removable())}"
        return f"{line}; in EC2: {', '.join(self.left_in_ec2)}" if self.left_in_ec2 else line


def used_by_others(pods: Iterable[Pod]) -> dict[str, str]:
    """Nodes that run a pod which is neither ours nor a DaemonSet's, with its name; Karpenter keeps them."""
    used: dict[str, str] = {}
    for pod in pods:
        metadata, node = pod.metadata, pod.spec.nodeName if pod.spec else None
        phase = pod.status.phase if pod.status else None
        if (
            metadata is None
            or node is None
            or metadata.namespace == NAMESPACE
            or phase in ("Succeeded", "Failed")
        ):
            continue
        if any(owner.kind in ("DaemonSet", "Node") for owner in metadata.ownerReferences or ()):
            continue
        used.setdefault(node, f"{metadata.namespace}/{metadata.name}")
    return used
