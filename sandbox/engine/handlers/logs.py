"""CloudWatch log groups."""

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import differ, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class LogGroup(Handler):
    """`aws:cloudwatch/logGroup:LogGroup`. Its id is its name."""

    replace_on = frozenset({"name", "namePrefix", "logGroupClass"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A log group."""
        id: str = inputs.get("name", name)
        key = {"kmsKeyId": inputs["kmsKeyId"]} if "kmsKeyId" in inputs else {}
        world.logs.create_log_group(logGroupName=id, tags=tags_of(inputs), **key)
        self._set_retention(world, id, {}, inputs)
        return id, self._outputs(world, id, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Retention, key and tags."""
        self._set_retention(world, id, old_inputs, new_inputs)
        if differ(old_inputs, new_inputs, "kmsKeyId"):
            if "kmsKeyId" in new_inputs:
                world.logs.associate_kms_key(logGroupName=id, kmsKeyId=new_inputs["kmsKeyId"])
            else:
                world.logs.disassociate_kms_key(logGroupName=id)
        arn = self._arn(world, id)
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.logs.untag_resource(resourceArn=arn, tagKeys=removed)
        if changed:
            world.logs.tag_resource(resourceArn=arn, tags=changed)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With what was logged, unless the program says to keep it."""
        if not inputs.get("skipDestroy"):
            with absent_is_fine():
                world.logs.delete_log_group(logGroupName=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        wanted: str = inputs.get("name", name)
        groups = world.logs.describe_log_groups(logGroupNamePrefix=wanted)["logGroups"]
        return wanted if any(group["logGroupName"] == wanted for group in groups) else None

    def _set_retention(self, world: World, id: str, old: Properties, new: Properties) -> None:
        days = new.get("retentionInDays", 0)  # 0 is for ever
        if days:
            world.logs.put_retention_policy(logGroupName=id, retentionInDays=days)
        elif old.get("retentionInDays"):
            world.logs.delete_retention_policy(logGroupName=id)

    def _arn(self, world: World, id: str) -> str:
        return world.arn("logs", f"log-group:{id}")

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        own = {"name": id, "arn": self._arn(world, id), "tagsAll": tags_of(inputs)}
        return {"retentionInDays": 0, "logGroupClass": "STANDARD", **inputs, **own}
