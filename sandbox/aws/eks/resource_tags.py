"""Tags of EKS resources, by ARN."""

from typing import Protocol

from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


class Tagged(Protocol):
    """What every EKS resource here has."""

    arn: str
    tags: dict[str, str]


@operation("eks", "TagResource")
def tag_resource(world: World, parameters: Parameters) -> Answer:
    """Add or overwrite tags."""
    _tags(world, parameters).update(parameters["tags"])
    return {}


@operation("eks", "UntagResource")
def untag_resource(world: World, parameters: Parameters) -> Answer:
    """Remove tags by key."""
    tags = _tags(world, parameters)
    for key in parameters["tagKeys"]:
        tags.pop(key, None)
    return {}


@operation("eks", "ListTagsForResource")
def list_tags_for_resource(world: World, parameters: Parameters) -> Answer:
    """A resource's tags."""
    return {"tags": _tags(world, parameters)}


def _tags(world: World, parameters: Parameters) -> dict[str, str]:
    wanted = str(parameters["resourceArn"])
    for cluster in world.clusters.values():
        owned: tuple[Tagged, ...] = (
            cluster,
            *cluster.node_groups.values(),
            *cluster.addons.values(),
            *cluster.access_entries.values(),
            *cluster.pod_identities.values(),
        )
        for resource in owned:
            if resource.arn == wanted:
                return resource.tags
    raise AwsError("NotFoundException", f"Resource was not found: {wanted}", 404)
