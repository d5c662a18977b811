"""The queue by which Karpenter hears that an instance is about to go.

EventBridge puts five kinds of event into it; Karpenter drains the node before EC2 takes the instance away.
"""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.queue import interruption_queue_policy
from knowledge.interruption import EVENT_PATTERNS, QUEUE_RETENTION_SECONDS


@dataclass(frozen=True)
class InterruptionQueueArgs:
    """Whose queue it is."""

    context: StackContext


class InterruptionQueue(pulumi.ComponentResource):
    """An encrypted queue with its policy and one EventBridge rule for each kind of event."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: InterruptionQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the queue, say who may send, and send."""
        super().__init__("eks-efa:karpenter:InterruptionQueue", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        queue = aws.sqs.Queue(
            f"{name}-queue",
            message_retention_seconds=QUEUE_RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            tags=context.tags,
            opts=options,
        )
        self.name, self.arn = queue.name, queue.arn
        aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=queue.arn.apply(lambda arn: json.dumps(interruption_queue_policy(arn))),
            opts=options,
        )
        for event, pattern in EVENT_PATTERNS.items():
            rule = aws.cloudwatch.EventRule(
                f"{name}-{event}",
                description=f"{', '.join(pattern['detail-type'])}, for Karpenter of {context.cluster_name}",
                event_pattern=json.dumps(pattern),
                tags=context.tags,
                opts=options,
            )
            aws.cloudwatch.EventTarget(f"{name}-{event}", rule=rule.name, arn=queue.arn, opts=options)
        self.register_outputs({"name": self.name, "arn": self.arn})
