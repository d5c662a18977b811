"""CreateTags and DeleteTags for the resources moto does not know; everything else is left to moto."""

from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

PREFIXES = ("pg-", "cr-")
"""Placement groups and capacity reservations."""


@operation("ec2", "CreateTags")
def create_tags(world: World, parameters: Parameters) -> Answer:
    """Add or overwrite tags."""
    if not _ours(world, parameters):
        return None
    tags = {str(tag["Key"]): str(tag.get("Value", "")) for tag in parameters.get("Tags") or []}
    world.ec2.create_tags(list(parameters["Resources"]), tags)
    return {}


@operation("ec2", "DeleteTags")
def delete_tags(world: World, parameters: Parameters) -> Answer:
    """Remove tags by key, and by value where one is given."""
    if not _ours(world, parameters):
        return None
    tags = {str(tag["Key"]): tag.get("Value") for tag in parameters.get("Tags") or []}
    for resource_id in parameters["Resources"]:
        kept = world.ec2.tags[resource_id]
        for key, value in tags.items():
            if value is None or kept.get(key) == value:
                kept.pop(key, None)
    return {}


def _ours(world: World, parameters: Parameters) -> bool:
    resources = [str(resource) for resource in parameters.get("Resources") or []]
    ours = [resource for resource in resources if resource.startswith(PREFIXES)]
    known = {group.id for group in world.placement_groups.values()} | set(world.capacity_reservations)
    if missing := sorted(set(ours) - known):
        raise AwsError("InvalidID", f"The ID '{missing[0]}' is not valid")
    return bool(ours)
