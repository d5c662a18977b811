"""ClusterRoles that collect the rules of others, and why such a role can come back after its deletion."""

from typing import TYPE_CHECKING

from sandbox.engine.kubernetes_kinds import Kind, Manifest
from sandbox.engine.values import Properties

if TYPE_CHECKING:
    from sandbox.engine.world import World

PATIENCE_SECONDS = 10
"""How long it may keep coming back; the controller has seen the deletion within a moment."""

LOOKS = 3
"""After so many that find nothing, a quarter of a second each, whatever was under way has come to its end."""


def collects(inputs: Properties) -> bool:
    """Whether the object is such a role."""
    return inputs.get("kind") == "ClusterRole" and "aggregationRule" in inputs


def keep_away(world: "World", kind: Kind, name: str) -> None:
    """See to it that a role which has been deleted stays away.

    Whenever any ClusterRole changes, a controller applies the rules of every role that collects some. One
    that goes meanwhile is made anew by that, with its name and rules alone, and nobody would ever remove it
    (pkg/controller/clusterroleaggregation of Kubernetes).
    """
    looks = 0

    def stays_away() -> bool:
        nonlocal looks
        found = world.kubernetes.get(kind, None, name)
        if found is not None and _is_bare(found):
            world.kubernetes.delete(kind, None, name)
            looks = 0
        else:
            looks += 1
        return looks == LOOKS

    world.wait(stays_away, PATIENCE_SECONDS, lambda: f"ClusterRole {name} to stay away")


def _is_bare(role: Manifest) -> bool:
    """Whether the controller made it: whoever else makes a role says more of it."""
    metadata = role["metadata"]
    return not (metadata.get("labels") or metadata.get("annotations") or role.get("aggregationRule"))
