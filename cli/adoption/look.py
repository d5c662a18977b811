"""Looks whether a stack can go onto the cluster that it adopts."""

from pathlib import Path

from cli.adoption.clashes import Clash, clashes
from cli.adoption.contents import Contents
from cli.adoption.wishes import Wish, wishes_of
from cli.cluster import Cluster
from cli.deployed import deployed
from cli.errors import CommandError
from cli.plans import plan_of
from cli.stacks import Stack
from cli.target import open_target

ADMINISTRATOR = Clash(
    "access",
    "you are not an administrator in the cluster",
    "aws eks associate-access-policy with AmazonEKSClusterAdminPolicy, or ask who is",
)


def new_wishes(stack: Stack) -> tuple[Wish, ...]:
    """What the stack would make in the cluster beyond what it has made there, to the last object."""
    return wishes_of(plan_of(stack.name, downloads=True), (each.urn for each in deployed(stack)))


def in_the_way(wishes: tuple[Wish, ...], cluster: Cluster) -> tuple[Clash, ...]:
    """Everything that stands in the way of them."""
    with cluster.http() as http:
        contents = Contents(http)
        if not contents.may_administer():
            return (ADMINISTRATOR,)
        return clashes(wishes, contents)


def refuse_clashes(stack: Stack) -> None:
    """CommandError with the first of what is in the way of a stack that adopts a cluster; `adopt-plan` tells
    all. Nothing for a stack that adopts none."""
    if stack.adopted_cluster is None:
        return
    found = in_the_way(new_wishes(stack), adopted_cluster(stack, None))
    if found:
        first, more = found[0], f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        cure = f"{first.cure}; see all with: eks-efa adopt-plan --stack {stack.name}"
        raise CommandError(f"stack {stack.name}", f"{first.what}{more}", cure)


def adopted_cluster(stack: Stack, kubeconfig: Path | None) -> Cluster:
    """The cluster that a stack adopts, by a kubeconfig that is no other's; CommandError where it adopts
    none."""
    if stack.adopted_cluster is None:
        cure = "say cluster.existing, or name a stack that does"
        raise CommandError(f"stack {stack.name}", "does not adopt a cluster", cure)
    return open_target(stack.name, kubeconfig).cluster
