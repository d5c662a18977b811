"""DescribeLaunchTemplates in pages, and DeleteLaunchTemplate of one that is gone.

moto cuts the list at 15 without a token, and Karpenter then forgets the rest. It calls the name of a
template that is gone a missing parameter.
"""

from typing import Any

from sandbox.aws.ec2.filters import Values, matches, tag_list
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World


@operation("ec2", "DescribeLaunchTemplates")
def describe_launch_templates(world: World, parameters: Parameters) -> Answer:
    """The templates named, identified or matching, 200 to a page."""
    asked = world.ec2.describe_launch_templates(
        template_names=parameters.get("LaunchTemplateNames"), template_ids=parameters.get("LaunchTemplateIds")
    )
    found = [template for template in asked if _passes(world, template, parameters)]
    templates, following = page(found, parameters, most=200)
    return {"LaunchTemplates": [_description(world, template) for template in templates], **following}


@operation("ec2", "DeleteLaunchTemplate")
def delete_launch_template(world: World, parameters: Parameters) -> Answer:
    """Refuse a template that is not there; moto deletes the others."""
    if parameters.get("LaunchTemplateId"):
        world.ec2.get_launch_template(parameters["LaunchTemplateId"])
    elif parameters.get("LaunchTemplateName"):
        world.ec2.get_launch_template_by_name(parameters["LaunchTemplateName"])
    return None


def _passes(world: World, template: Any, parameters: Parameters) -> bool:
    values: dict[str, Values] = {"launch-template-name": template.name}
    return matches(parameters, world.ec2.tags.get(template.id, {}), values.__getitem__)


def _description(world: World, template: Any) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "CreateTime": template.create_time,
        "CreatedBy": f"arn:{world.partition}:iam::{world.account}:root",
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "Tags": tag_list(world.ec2.tags.get(template.id, {})),
    }
