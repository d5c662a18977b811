"""SQS queues and their policies."""

from typing import Any

from sandbox.engine.handler import Handler
from sandbox.engine.handlers.absence import absent_is_fine
from sandbox.engine.handlers.spelling import differ, tag_changes, tags_of
from sandbox.engine.values import Properties
from sandbox.engine.world import World

_ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""The provider's inputs and SQS's attributes."""


def _attributes(inputs: Properties) -> Any:
    """Attributes, all of them words: SQS takes nothing else."""
    found = {wire: inputs[name] for name, wire in _ATTRIBUTES.items() if name in inputs}
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in found.items()
    }


class Queue(Handler):
    """`aws:sqs/queue:Queue`. Its id is its URL."""

    replace_on = frozenset({"name", "namePrefix", "fifoQueue"})
    identity = frozenset({"name"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """A queue."""
        queue = inputs.get("name", name)
        url = world.sqs.create_queue(QueueName=queue, Attributes=_attributes(inputs), tags=tags_of(inputs))[
            "QueueUrl"
        ]
        return url, self._outputs(world, url, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Attributes and tags. A policy left out is left alone: it may be a resource of its own."""
        if differ(old_inputs, new_inputs, *_ATTRIBUTES):
            # moto forgets the policy when any other attribute is set without it (moto/sqs/models.py).
            policy = world.sqs.get_queue_attributes(QueueUrl=id, AttributeNames=["Policy"]).get(
                "Attributes", {}
            )
            world.sqs.set_queue_attributes(QueueUrl=id, Attributes={**policy, **_attributes(new_inputs)})
        removed, changed = tag_changes(old_inputs, new_inputs)
        if removed:
            world.sqs.untag_queue(QueueUrl=id, TagKeys=removed)
        if changed:
            world.sqs.tag_queue(QueueUrl=id, Tags=changed)
        return self._outputs(world, id, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """With its messages."""
        with absent_is_fine():
            world.sqs.delete_queue(QueueUrl=id)

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """By name."""
        with absent_is_fine():
            return world.sqs.get_queue_url(QueueName=inputs.get("name", name))["QueueUrl"]
        return None

    def _outputs(self, world: World, id: str, inputs: Properties) -> Properties:
        name = id.rpartition("/")[2]
        return {
            "messageRetentionSeconds": 345600,
            "visibilityTimeoutSeconds": 30,
            **inputs,
            "name": name,
            "arn": world.arn("sqs", name),
            "url": id,
            "tagsAll": tags_of(inputs),
        }


class QueuePolicy(Handler):
    """`aws:sqs/queuePolicy:QueuePolicy`. Its id is the queue's URL."""

    replace_on = frozenset({"queueUrl"})
    identity = frozenset({"queueUrl"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Put it on the queue."""
        return inputs["queueUrl"], self.update(world, inputs["queueUrl"], {}, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Another document."""
        world.sqs.set_queue_attributes(QueueUrl=id, Attributes={"Policy": new_inputs["policy"]})
        return new_inputs

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """The queue's owner alone may use it again."""
        with absent_is_fine():
            world.sqs.set_queue_attributes(QueueUrl=id, Attributes={"Policy": ""})
