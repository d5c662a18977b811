"""EventBridge rules and their targets."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import given, pascal, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World


class EventRule(Handler):
    """`aws:cloudwatch/eventRule:EventRule`. Its id is its name."""

    replace_on = frozenset({"name", "namePrefix", "eventBusName"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A rule; putting it twice is one rule."""
        id: str = inputs.get("name", name)
        return id, self._put(world, id, {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Pattern, schedule, state and tags."""
        return self._put(world, id, old_inputs, new_inputs)

    def _put(self, world: World, id: str, old: Properties, new: Properties) -> Properties:
        arguments: dict[str, Any] = given(
            new, "description", "eventBusName", "eventPattern", "roleArn", "scheduleExpression", "state"
        )
        arn = world.events.put_rule(Name=id, **arguments)["RuleArn"]
        removed, changed = tag_changes(old, new)
        if removed:
            world.events.untag_resource(ResourceARN=arn, TagKeys=removed)
        if changed:
            world.events.tag_resource(
                ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in changed.items()]
            )
        own = {"name": id, "arn": arn, "tagsAll": tags_of(new)}
        return {"eventBusName": "default", "state": "ENABLED", **new, **own}

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With whatever targets it still has."""
        bus = given(inputs, "eventBusName")
        with absent_is_fine():
            targets = world.events.list_targets_by_rule(Rule=id, **bus)["Targets"]
            if targets:
                world.events.remove_targets(Rule=id, Ids=[target["Id"] for target in targets], **bus)
            world.events.delete_rule(Name=id, **bus)


class EventTarget(Handler):
    """`aws:cloudwatch/eventTarget:EventTarget`."""

    replace_on = frozenset({"rule", "targetId", "eventBusName"})
    identity = frozenset({"rule", "targetId"})
    named_anew = frozenset({"targetId"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A target; putting it twice is one target."""
        id = f"{inputs['rule']}-{inputs.get('targetId', name)}"
        return id, self._put(world, inputs.get("targetId", name), inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Where events go, and how they are spelt."""
        return self._put(world, id.removeprefix(f"{new_inputs['rule']}-"), new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The target alone."""
        target = id.removeprefix(f"{inputs['rule']}-")
        with absent_is_fine():
            world.events.remove_targets(Rule=inputs["rule"], Ids=[target], **given(inputs, "eventBusName"))

    def _put(self, world: World, target_id: str, inputs: Properties) -> Properties:
        target: dict[str, Any] = {"Id": target_id, **given(inputs, "arn", "input", "inputPath", "roleArn")}
        for name, key in (("deadLetterConfig", "DeadLetterConfig"), ("retryPolicy", "RetryPolicy")):
            if name in inputs:
                target[key] = pascal(inputs[name])
        if "sqsTarget" in inputs:
            target["SqsParameters"] = pascal(inputs["sqsTarget"])
        arguments: dict[str, Any] = {"Targets": [target], **given(inputs, "eventBusName")}
        world.events.put_targets(Rule=inputs["rule"], **arguments)
        return {"eventBusName": "default", **inputs, "targetId": target_id}
