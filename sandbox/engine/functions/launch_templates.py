"""The function about launch templates: what instances of somebody else's are launched with."""

from typing import Any

from sandbox.engine.functions.filters import ec2_filters, only, plain_tags, without_aws
from sandbox.engine.handlers.ec2_tags import ec2_arn
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_OF_VERSION = {
    "imageId": "ImageId",
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "userData": "UserData",
}


def get_launch_template(world: World, arguments: Properties) -> Properties:
    """`aws:ec2/getLaunchTemplate:getLaunchTemplate`, which tells of the newest version
    (ec2_launch_template_data_source.go of terraform-provider-aws)."""
    call: dict[str, Any] = {"Filters": ec2_filters(arguments)}
    if "id" in arguments:
        call["LaunchTemplateIds"] = [arguments["id"]]
    if "name" in arguments:
        call["LaunchTemplateNames"] = [arguments["name"]]
    template: Any = only(world.ec2.describe_launch_templates(**call)["LaunchTemplates"], "Launch Template")
    id = template["LaunchTemplateId"]
    versions = world.ec2.describe_launch_template_versions(LaunchTemplateId=id, Versions=["$Latest"])
    version: Any = versions["LaunchTemplateVersions"][0]
    data = version["LaunchTemplateData"]
    return {
        **arguments,
        "id": id,
        **{name: data.get(given, "") for name, given in _OF_VERSION.items()},
        "arn": ec2_arn(world, "launch-template", id),
        "defaultVersion": template["DefaultVersionNumber"],
        "description": version.get("VersionDescription", ""),
        "latestVersion": template["LatestVersionNumber"],
        "name": template["LaunchTemplateName"],
        "networkInterfaces": [_interface(each) for each in data.get("NetworkInterfaces", [])],
        "region": world.region,
        "securityGroupNames": data.get("SecurityGroups", []),
        "tags": without_aws(plain_tags(template)),
        "vpcSecurityGroupIds": data.get("SecurityGroupIds", []),
    }


def _interface(interface: Any) -> Properties:
    return {"deviceIndex": interface.get("DeviceIndex", 0), "securityGroups": interface.get("Groups", [])}
