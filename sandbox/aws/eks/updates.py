"""Updates: EKS answers every change with one and is asked later how it went.

Here they have succeeded at once.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.aws.errors import not_found
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.clusters import Cluster


def succeeded(
    world: World, cluster: "Cluster", kind: str, changes: Mapping[str, Any], of: str = ""
) -> dict[str, Any]:
    """Keep and return a successful update.

    `kind` is EKS's update type; `of` the addon or node group, or nothing.
    """
    update_id = str(uuid4())
    update: dict[str, Any] = {
        "id": update_id,
        "status": "Successful",
        "type": kind,
        "params": [
            {"type": name[0].upper() + name[1:], "value": str(value)} for name, value in changes.items()
        ],
        "createdAt": world.now(),
        "errors": [],
    }
    cluster.updates[update_id] = (of, update)
    return update


@operation("eks", "DescribeUpdate")
def describe_update(world: World, parameters: Parameters) -> Answer:
    """One update."""
    update_id = str(parameters["updateId"])
    cluster = world.cluster(str(parameters["name"]))
    if update_id not in cluster.updates:
        raise not_found(f"No update found for id: {update_id}.")
    return {"update": cluster.updates[update_id][1]}


@operation("eks", "ListUpdates")
def list_updates(world: World, parameters: Parameters) -> Answer:
    """Ids of the updates of a cluster, or of one of its addons or node groups."""
    of = str(parameters.get("nodegroupName") or parameters.get("addonName") or "")
    updates = world.cluster(str(parameters["name"])).updates
    return {"updateIds": [update_id for update_id, (about, _) in updates.items() if about == of]}
