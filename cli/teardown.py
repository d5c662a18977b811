"""What is looked at before a stack is taken down: what would be lost or stranded is refused, and all stays.

Karpenter alone takes its nodes away. What is torn down in another order leaves instances behind that run on.
"""

from collections.abc import Iterable, Iterator

from lightkube import operators
from lightkube.generic_resource import Generic
from lightkube.resources.core_v1 import Namespace

from cli.cluster import Cluster
from cli.deployed import NODE_POOL, Deployed
from cli.errors import CommandError
from cli.stacks import Stack
from knowledge.node_names import STACK_TAG
from knowledge.team import TEAM_LABEL

POOL_OF_CLAIM = "karpenter.sh/nodepool"
"""Label of Karpenter's on a NodeClaim: the NodePool that it was made for."""


def refuse_protected(stack: Stack, made: Iterable[Deployed]) -> None:
    """CommandError while the settings protect the stack, or what was deployed by them last."""
    steps = f"run: eks-efa up --stack {stack.name}, then down again"
    if stack.is_protected:
        fault = "is protected, with all that runs in it, by cluster.deletionProtection: true"
        raise CommandError(f"stack {stack.name}", fault, f"to take it away set that false and {steps}")
    if any(each.protect for each in made):
        fault = "is protected still: cluster.deletionProtection is false in its settings alone"
        raise CommandError(f"stack {stack.name}", fault, steps)


def refuse_stranding(stack: Stack, made: Iterable[Deployed], cluster: Cluster) -> None:
    """CommandError where others live on what the stack would take away: tenants, and nodes of NodePools that
    it did not make or does not know any more."""
    if tenants := sorted(set(_tenants(cluster)) - {stack.name}):
        cure = " and ".join(f"eks-efa down --stack {name}" for name in tenants)
        raise CommandError(
            f"stack {stack.name}", f"{', '.join(tenants)} still on its cluster", f"run first: {cure}"
        )
    own = {each.id for each in made if each.type == NODE_POOL}
    strangers = [name for name in map(_name, cluster.node_pools()) if name not in own]
    claims = [claim for claim in cluster.node_claims() if pool_of(claim) not in own]
    if strangers:
        nodes = f" with {len(claims)} nodes" if claims else ""
        _refuse(stack, f"NodePools {', '.join(strangers)}{nodes}", f"nodepool {' '.join(strangers)}")
    if claims:
        names = [_name(claim) for claim in claims]
        _refuse(stack, f"NodeClaims {', '.join(names)} of no NodePool", f"nodeclaim {' '.join(names)}")


def _refuse(stack: Stack, what: str, objects: str) -> None:
    fault = f"Karpenter would go before {what}, which are not the stack's: their instances would run on"
    raise CommandError(f"stack {stack.name}", fault, f"run first: kubectl delete {objects}")


def _tenants(cluster: Cluster) -> Iterator[str]:
    """Stacks that have a team's namespace there."""
    for namespace in cluster.client.list(Namespace, labels={TEAM_LABEL: operators.exists()}):
        labels = namespace.metadata.labels if namespace.metadata else None
        if name := (labels or {}).get(STACK_TAG):
            yield name


def _name(found: Generic) -> str:
    return (found.metadata.name if found.metadata else None) or ""


def pool_of(claim: Generic) -> str | None:
    """The NodePool that a NodeClaim was made for; None where somebody made it by hand."""
    return ((claim.metadata.labels if claim.metadata else None) or {}).get(POOL_OF_CLAIM)
