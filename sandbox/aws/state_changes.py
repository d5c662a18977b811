"""EC2's events about instances, which reach Karpenter through EventBridge and its interruption queue."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sandbox.aws.ec2.instances import LaunchedInstance
from sandbox.aws.world import World

STATE_CHANGE = "EC2 Instance State-change Notification"
SPOT_WARNING = "EC2 Spot Instance Interruption Warning"

SPOT_NOTICE = timedelta(minutes=2)
"""Between the warning and the end of a spot instance."""


def announce(world: World) -> None:
    """Send one event for every instance whose state is not the one last announced, and note when it ended."""
    for instance in world.instances.values():
        if instance.state != instance.announced_state:
            instance.announced_state = instance.state
            if instance.state == "terminated":
                instance.ended_at = world.now()
            detail = {"instance-id": instance.id, "state": instance.state}
            publish(world, STATE_CHANGE, instance, detail)


def warn_of_interruption(world: World, instance: LaunchedInstance) -> None:
    """Send a spot interruption warning; the instance ends two minutes later."""
    instance.reclaimed_at = world.now() + SPOT_NOTICE
    publish(world, SPOT_WARNING, instance, {"instance-id": instance.id, "instance-action": "terminate"})


def publish(world: World, detail_type: str, instance: LaunchedInstance, detail: Mapping[str, str]) -> None:
    """Hand an event to EventBridge, whose rules carry it on."""
    event = {
        "Source": "aws.ec2",
        "DetailType": detail_type,
        "Resources": [f"{world.arn('ec2')}:instance/{instance.id}"],
        "Detail": json.dumps(detail),
    }
    world.events.put_events([event])
