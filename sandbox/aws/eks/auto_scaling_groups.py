"""The Auto Scaling groups behind managed node groups, as far as one is drained node by node.

EKS keeps the group and AWS lets others look at it and end one instance of it; UpdateNodegroupConfig can say
how many shall be left, and not which.
"""

from typing import Any

from sandbox.aws.eks.node_group import NodeGroup
from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

LIFECYCLE = {"pending": "Pending", "running": "InService"}
"""Auto Scaling's word for the state of a live instance."""


@operation("autoscaling", "DescribeAutoScalingGroups")
def describe_auto_scaling_groups(world: World, parameters: Parameters) -> Answer:
    """The groups named, or all, in one page."""
    names = parameters.get("AutoScalingGroupNames") or []
    found = [group for group in _groups(world) if not names or group.auto_scaling_group in names]
    return {"AutoScalingGroups": [_description(world, group) for group in found]}


@operation("autoscaling", "TerminateInstanceInAutoScalingGroup")
def terminate_instance_in_auto_scaling_group(world: World, parameters: Parameters) -> Answer:
    """End one instance, and want one fewer where asked to; else another one takes its place."""
    instance_id = str(parameters["InstanceId"])
    for group in _groups(world):
        if instance_id in [instance.id for instance in group.members(world)]:
            group.end(world, instance_id, fewer=bool(parameters["ShouldDecrementDesiredCapacity"]))
            return {"Activity": _activity(world, group, instance_id)}
    raise AwsError("ValidationError", f"Instance Id not found - No managed instance found: {instance_id}")


def _groups(world: World) -> list[NodeGroup]:
    return [group for cluster in world.clusters.values() for group in cluster.node_groups.values()]


def _activity(world: World, group: NodeGroup, instance_id: str) -> dict[str, Any]:
    return {
        "ActivityId": group.id,
        "AutoScalingGroupName": group.auto_scaling_group,
        "Description": f"Terminating EC2 instance: {instance_id}",
        "Cause": "at the request of a user",
        "StartTime": world.now(),
        "StatusCode": "InProgress",
    }


def _description(world: World, group: NodeGroup) -> dict[str, Any]:
    tags = {
        "eks:cluster-name": group.cluster_name,
        "eks:nodegroup-name": group.name,
        "k8s.io/cluster-autoscaler/enabled": "true",
        f"k8s.io/cluster-autoscaler/{group.cluster_name}": "owned",
    }
    return {
        "AutoScalingGroupName": group.auto_scaling_group,
        "MinSize": group.scaling["minSize"],
        "MaxSize": group.scaling["maxSize"],
        "DesiredCapacity": group.scaling["desiredSize"],
        "CreatedTime": group.created,
        "Instances": [
            {
                "InstanceId": instance.id,
                "InstanceType": instance.instance_type,
                "AvailabilityZone": instance.launch.subnet.availability_zone,
                "LifecycleState": LIFECYCLE[instance.state],
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
            }
            for instance in group.members(world)
        ],
        "Tags": [
            {
                "ResourceId": group.auto_scaling_group,
                "ResourceType": "auto-scaling-group",
                "Key": key,
                "Value": value,
                "PropagateAtLaunch": True,
            }
            for key, value in tags.items()
        ],
    }
