"""Tags of EC2 resources, and the tag by which the engine finds again what a killed run made."""

from typing import TYPE_CHECKING

from sandbox.engine.handlers.spelling import tag_changes, tag_list, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

if TYPE_CHECKING:
    from types_boto3_ec2.literals import ResourceTypeType
    from types_boto3_ec2.type_defs import FilterTypeDef, TagSpecificationTypeDef

CREATED_AS = "eks-efa-sandbox/created-as"
"""Holds the name that is unique to one creation. EC2 ids are given by AWS and are lost with a killed run."""


def where(name: str, *values: str) -> "FilterTypeDef":
    """One filter of a describe call."""
    return {"Name": name, "Values": list(values)}


def tagged(kind: "ResourceTypeType", inputs: Properties, name: str) -> list["TagSpecificationTypeDef"]:
    """TagSpecifications for a new resource: the program's tags and the engine's own."""
    tags = tag_list({**tags_of(inputs), CREATED_AS: name})
    return [{"ResourceType": kind, "Tags": [{"Key": tag["Key"], "Value": tag["Value"]} for tag in tags]}]


def created_as(world: World, name: str) -> str | None:
    """The id of the resource that was created under this name, if there is one."""
    filters = [where("key", CREATED_AS), where("value", name)]
    tags = world.ec2.describe_tags(Filters=filters)["Tags"]
    return tags[0]["ResourceId"] if tags else None


def retag(world: World, id: str, old: Properties, new: Properties) -> None:
    """Bring the program's tags up to date."""
    removed, changed = tag_changes(old, new)
    if removed:
        world.ec2.delete_tags(Resources=[id], Tags=[{"Key": key} for key in removed])
    if changed:
        world.ec2.create_tags(Resources=[id], Tags=[{"Key": key, "Value": changed[key]} for key in changed])


def ec2_arn(world: World, kind: str, id: str) -> str:
    """ARN of an EC2 resource."""
    return world.arn("ec2", f"{kind}/{id}")
