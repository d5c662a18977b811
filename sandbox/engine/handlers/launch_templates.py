"""Launch templates, placement groups, and tags on what others made."""

from typing import Any

from botocore.exceptions import ClientError

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine, delete_when_free, is_absent
from sandbox.engine.handlers.ec2_tags import ec2_arn, retag, tagged
from sandbox.engine.handlers.network import Ec2Handler
from sandbox.engine.handlers.spelling import differ, given, pascal, tag_list, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_DATA = (
    "blockDeviceMappings",
    "capacityReservationSpecification",
    "cpuOptions",
    "creditSpecification",
    "disableApiStop",
    "disableApiTermination",
    "ebsOptimized",
    "enclaveOptions",
    "hibernationOptions",
    "iamInstanceProfile",
    "imageId",
    "instanceInitiatedShutdownBehavior",
    "instanceMarketOptions",
    "instanceRequirements",
    "instanceType",
    "kernelId",
    "keyName",
    "licenseSpecifications",
    "maintenanceOptions",
    "metadataOptions",
    "monitoring",
    "networkInterfaces",
    "networkPerformanceOptions",
    "placement",
    "privateDnsNameOptions",
    "ramDiskId",
    "securityGroupNames",
    "tagSpecifications",
    "userData",
    "vpcSecurityGroupIds",
)
"""What an instance is launched with: a change of any of them is a new version of the template."""

_RENAMED = {
    "securityGroups": "Groups",
    "securityGroupNames": "SecurityGroups",
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "ipv4AddressCount": "SecondaryPrivateIpAddressCount",
}
"""Where EC2 calls it otherwise (botocore, RequestLaunchTemplateData)."""


def launch_data(inputs: Properties) -> Any:
    """The provider's properties as EC2's RequestLaunchTemplateData."""
    plain = {name: inputs[name] for name in _DATA if name in inputs and name != "tagSpecifications"}
    data: dict[str, Any] = pascal(plain, _RENAMED)
    if "tagSpecifications" in inputs:
        data["TagSpecifications"] = [
            {"ResourceType": item["resourceType"], "Tags": tag_list(item.get("tags", {}))}
            for item in inputs["tagSpecifications"]
        ]
    if "UserData" in data:
        data["UserData"] = inputs["userData"]
    return data


class LaunchTemplate(Ec2Handler):
    """`aws:ec2/launchTemplate:LaunchTemplate`: every change of its data is a new version."""

    replace_on = frozenset({"name", "namePrefix"})
    identity = frozenset({"name"})
    changes_on_update = frozenset({"latestVersion", "defaultVersion"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """The template with its first version."""
        described = {"VersionDescription": inputs["description"]} if "description" in inputs else {}
        template = world.ec2.create_launch_template(
            LaunchTemplateName=inputs.get("name", name),
            LaunchTemplateData=launch_data(inputs),
            TagSpecifications=tagged("launch-template", inputs, name),
            **described,
        )["LaunchTemplate"]
        return template["LaunchTemplateId"], self._outputs(world, template["LaunchTemplateId"], inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """A new version, the default one where asked, and tags."""
        if differ(old_inputs, new_inputs, *_DATA, "description"):
            described = (
                {"VersionDescription": new_inputs["description"]} if "description" in new_inputs else {}
            )
            world.ec2.create_launch_template_version(
                LaunchTemplateId=id, LaunchTemplateData=launch_data(new_inputs), **described
            )
        newest = self._outputs(world, id, new_inputs)["latestVersion"]
        default = newest if new_inputs.get("updateDefaultVersion") else new_inputs.get("defaultVersion")
        if default is not None:
            world.ec2.modify_launch_template(LaunchTemplateId=id, DefaultVersion=str(default))
        retag(world, id, old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With all its versions."""
        with absent_is_fine():
            world.ec2.delete_launch_template(LaunchTemplateId=id)

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        template = world.ec2.describe_launch_templates(LaunchTemplateIds=[id])["LaunchTemplates"][0]
        return {
            **inputs,
            "name": template["LaunchTemplateName"],
            "arn": ec2_arn(world, "launch-template", id),
            "latestVersion": template["LatestVersionNumber"],
            "defaultVersion": template["DefaultVersionNumber"],
            "tagsAll": tags_of(inputs),
        }


class PlacementGroup(Handler):
    """`aws:ec2/placementGroup:PlacementGroup`. Its id is its name."""

    replace_on = frozenset({"name", "strategy", "partitionCount", "spreadLevel"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """An empty group."""
        id: str = inputs.get("name", name)
        arguments = given(inputs, "strategy", "partitionCount", "spreadLevel")
        specifications = tagged("placement-group", inputs, name)
        world.ec2.create_placement_group(GroupName=id, **arguments, TagSpecifications=specifications)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Tags only."""
        retag(world, self._outputs(world, id, new_inputs)["placementGroupId"], old_inputs, new_inputs)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Once no instance is in it."""
        delete_when_free(world, lambda: world.ec2.delete_placement_group(GroupName=id))

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        id: str = inputs.get("name", name)
        try:
            groups = world.ec2.describe_placement_groups(GroupNames=[id])["PlacementGroups"]
        except ClientError as error:
            if not (is_absent(error) or "PlacementGroup.Unknown" in error.response["Error"]["Code"]):
                raise
            return None
        return id if groups else None

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        group = world.ec2.describe_placement_groups(GroupNames=[id])["PlacementGroups"][0]
        return {
            **inputs,
            "name": id,
            "arn": group.get("GroupArn", ec2_arn(world, "placement-group", id)),
            "placementGroupId": group["GroupId"],
            "tagsAll": tags_of(inputs),
        }


class Tag(Handler):
    """`aws:ec2/tag:Tag`: one tag on a resource that something else made."""

    replace_on = frozenset({"resourceId", "key"})
    identity = frozenset({"resourceId", "key"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Set it, whatever it was before."""
        id = f"{inputs['resourceId']},{inputs['key']}"
        return id, self.update(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another value."""
        tag = {"Key": new_inputs["key"], "Value": new_inputs["value"]}
        world.ec2.create_tags(
            Resources=[new_inputs["resourceId"]], Tags=[{"Key": tag["Key"], "Value": tag["Value"]}]
        )
        return new_inputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The tag alone."""
        with absent_is_fine():
            world.ec2.delete_tags(Resources=[inputs["resourceId"]], Tags=[{"Key": inputs["key"]}])
