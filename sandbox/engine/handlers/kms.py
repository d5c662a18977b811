"""KMS keys and aliases."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.ec2_tags import CREATED_AS
from sandbox.engine.handlers.spelling import given, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def _tags(tags: dict[str, str]) -> Any:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


class Key(Handler):
    """`aws:kms/key:Key`."""

    replace_on = frozenset({"keyUsage", "customerMasterKeySpec", "multiRegion", "customKeyStoreId"})
    identity = frozenset[str]()

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A key."""
        arguments: dict[str, Any] = given(inputs, "description", "keyUsage", "policy", "multiRegion")
        if "customerMasterKeySpec" in inputs:
            arguments["KeySpec"] = inputs["customerMasterKeySpec"]
        tags = _tags({**tags_of(inputs), CREATED_AS: name})
        id = world.kms.create_key(**arguments, Tags=tags)["KeyMetadata"]["KeyId"]
        self._set_state(world, id, {}, inputs)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Description, policy, rotation, whether it is enabled, and tags."""
        world.kms.update_key_description(KeyId=id, Description=new_inputs.get("description", ""))
        if "policy" in new_inputs:
            world.kms.put_key_policy(KeyId=id, PolicyName="default", Policy=new_inputs["policy"])
        self._set_state(world, id, old_inputs, new_inputs)
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.kms.untag_resource(KeyId=id, TagKeys=removed)
        if changed:
            world.kms.tag_resource(KeyId=id, Tags=_tags(changed))
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Scheduled, as AWS deletes no key at once."""
        with absent_is_fine():
            if world.kms.describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
                days = inputs.get("deletionWindowInDays", 30)
                world.kms.schedule_key_deletion(KeyId=id, PendingWindowInDays=days)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By the tag that the creation left."""
        for key in (key for page in world.kms.get_paginator("list_keys").paginate() for key in page["Keys"]):
            tags = world.kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
            if {"TagKey": CREATED_AS, "TagValue": name} in tags:
                return key["KeyId"]
        return None

    def _set_state(self, world: World, id: str, old: Properties, new: Properties) -> None:
        if new.get("enableKeyRotation"):
            period = (
                {"RotationPeriodInDays": new["rotationPeriodInDays"]} if "rotationPeriodInDays" in new else {}
            )
            world.kms.enable_key_rotation(KeyId=id, **period)
        elif old.get("enableKeyRotation"):
            world.kms.disable_key_rotation(KeyId=id)
        if not new.get("isEnabled", True):
            world.kms.disable_key(KeyId=id)
        elif not old.get("isEnabled", True):
            world.kms.enable_key(KeyId=id)

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        key = world.kms.describe_key(KeyId=id)["KeyMetadata"]
        return {
            "isEnabled": True,
            **inputs,
            "policy": world.kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"],
            "arn": key["Arn"],
            "keyId": id,
            "tagsAll": tags_of(inputs),
        }


class Alias(Handler):
    """`aws:kms/alias:Alias`. Its id is its name."""

    replace_on = frozenset({"name", "namePrefix"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A name for a key."""
        id: str = inputs.get("name", f"alias/{name}")
        world.kms.create_alias(AliasName=id, TargetKeyId=_key_id(inputs))
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another key."""
        world.kms.update_alias(AliasName=id, TargetKeyId=_key_id(new_inputs))
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The name alone."""
        with absent_is_fine():
            world.kms.delete_alias(AliasName=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        wanted = inputs.get("name", f"alias/{name}")
        pages = world.kms.get_paginator("list_aliases").paginate()
        return next(
            (wanted for page in pages for alias in page["Aliases"] if alias["AliasName"] == wanted), None
        )

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        key = _key_id(inputs)
        arns = {"arn": world.arn("kms", id), "targetKeyArn": world.arn("kms", f"key/{key}")}
        return {**inputs, "name": id, "targetKeyId": key, **arns}


def _key_id(inputs: Properties) -> str:
    """An alias's key may be given by ARN."""
    return str(inputs["targetKeyId"]).rpartition("/")[2]
