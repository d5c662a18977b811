"""Placement groups: kept, handed out by name and id, refused deletion while instances are in them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sandbox.aws.ec2.filters import Values, matches, tag_list, tags_for
from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

SPREAD_LIMIT = 7
"""Running instances per zone in a spread group:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html"""


@dataclass
class PlacementGroup:
    """One placement group. `strategy` is `cluster`, `partition` or `spread`."""

    name: str
    strategy: str
    partition_count: int | None = None
    spread_level: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"pg-{uuid4().hex[:17]}")

    def description(self, world: World) -> dict[str, Any]:
        """The group as DescribePlacementGroups shows it."""
        return {
            "GroupName": self.name,
            "GroupId": self.id,
            "GroupArn": f"{world.arn('ec2')}:placement-group/{self.name}",
            "State": "available",
            "Strategy": self.strategy,
            "PartitionCount": self.partition_count,
            "SpreadLevel": self.spread_level,
            "Tags": tag_list(self.tags),
        }


def find(world: World, name: str | None = None, group_id: str | None = None) -> PlacementGroup:
    """The group of that name or id. Raises EC2's error where there is none."""
    for group in world.placement_groups.values():
        if name in (group.name, group.id) or group_id == group.id:
            return group
    raise AwsError("InvalidPlacementGroup.Unknown", f"The Placement Group '{name or group_id}' is unknown.")


@operation("ec2", "CreatePlacementGroup")
def create_placement_group(world: World, parameters: Parameters) -> Answer:
    """A new group; its name is unique in the account and region."""
    name = str(parameters["GroupName"])
    if name in world.placement_groups:
        raise AwsError("InvalidPlacementGroup.Duplicate", f"The Placement Group '{name}' already exists.")
    strategy = str(
        parameters.get("Strategy") or ("partition" if parameters.get("PartitionCount") else "cluster")
    )
    if strategy not in ("cluster", "partition", "spread"):
        raise AwsError("InvalidParameterValue", f"Invalid placement strategy '{strategy}'.")
    group = PlacementGroup(
        name,
        strategy,
        partition_count=int(parameters.get("PartitionCount") or 2) if strategy == "partition" else None,
        spread_level=str(parameters.get("SpreadLevel") or "rack") if strategy == "spread" else None,
    )
    world.placement_groups[name] = group
    group.tags = world.ec2.tags[group.id]
    group.tags |= tags_for("placement-group", parameters.get("TagSpecifications"))
    return {"PlacementGroup": group.description(world)}


@operation("ec2", "DescribePlacementGroups")
def describe_placement_groups(world: World, parameters: Parameters) -> Answer:
    """The groups named, identified or matching."""
    asked = [find(world, name=name) for name in parameters.get("GroupNames") or []]
    asked += [find(world, group_id=group_id) for group_id in parameters.get("GroupIds") or []]
    named = bool(parameters.get("GroupNames") or parameters.get("GroupIds"))
    groups = asked if named else list(world.placement_groups.values())
    return {"PlacementGroups": [group.description(world) for group in groups if _passes(group, parameters)]}


@operation("ec2", "DeletePlacementGroup")
def delete_placement_group(world: World, parameters: Parameters) -> Answer:
    """Remove a group that holds no instance."""
    group = find(world, name=str(parameters["GroupName"]))
    if any(instance.placement_group is group for instance in world.live_instances()):
        raise AwsError(
            "InvalidPlacementGroup.InUse",
            f"The placement group '{group.name}' is in use and may not be deleted.",
        )
    del world.placement_groups[group.name]
    world.ec2.tags.pop(group.id, None)
    return {}


def _passes(group: PlacementGroup, parameters: Parameters) -> bool:
    values: dict[str, Values] = {
        "group-name": group.name,
        "state": "available",
        "strategy": group.strategy,
        "spread-level": group.spread_level,
    }
    return matches(parameters, group.tags, values.__getitem__)
