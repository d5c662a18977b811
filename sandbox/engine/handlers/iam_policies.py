"""IAM's managed policies."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import given, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_VERSIONS = 5
"""The most versions that a managed policy keeps (IAM quotas)."""


def iam_tags(tags: dict[str, str]) -> Any:
    """Tags as IAM's calls take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


class Policy(Handler):
    """`aws:iam/policy:Policy`. Its id is its ARN."""

    replace_on = frozenset({"name", "namePrefix", "path", "description"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A managed policy."""
        policy = world.iam.create_policy(
            PolicyName=inputs.get("name", name),
            PolicyDocument=inputs["policy"],
            Tags=iam_tags(tags_of(inputs)),
            **given(inputs, "path", "description"),
        )["Policy"]
        return policy["Arn"], self._outputs(world, policy["Arn"], inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """A new default version, in place of the oldest where there are too many; and tags."""
        if old_inputs.get("policy") != new_inputs["policy"]:
            versions = world.iam.list_policy_versions(PolicyArn=id)["Versions"]
            spare = [version for version in versions if not version["IsDefaultVersion"]]
            if len(versions) >= _VERSIONS:
                oldest = min(spare, key=lambda version: int(version["VersionId"].removeprefix("v")))
                world.iam.delete_policy_version(PolicyArn=id, VersionId=oldest["VersionId"])
            world.iam.create_policy_version(
                PolicyArn=id, PolicyDocument=new_inputs["policy"], SetAsDefault=True
            )
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.iam.untag_policy(PolicyArn=id, TagKeys=removed)
        if changed:
            world.iam.tag_policy(PolicyArn=id, Tags=iam_tags(changed))
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With all its versions and attachments."""
        with absent_is_fine():
            for version in world.iam.list_policy_versions(PolicyArn=id)["Versions"]:
                if not version["IsDefaultVersion"]:
                    world.iam.delete_policy_version(PolicyArn=id, VersionId=version["VersionId"])
            for role in world.iam.list_entities_for_policy(PolicyArn=id)["PolicyRoles"]:
                world.iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=id)
            world.iam.delete_policy(PolicyArn=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name, in this account."""
        pages = world.iam.get_paginator("list_policies").paginate(Scope="Local")
        wanted = inputs.get("name", name)
        return next((p["Arn"] for page in pages for p in page["Policies"] if p["PolicyName"] == wanted), None)

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        policy = world.iam.get_policy(PolicyArn=id)["Policy"]
        return {
            "path": "/",
            **inputs,
            "name": policy["PolicyName"],
            "arn": id,
            "policyId": policy["PolicyId"],
            "attachmentCount": policy.get("AttachmentCount", 0),
            "tagsAll": tags_of(inputs),
        }
