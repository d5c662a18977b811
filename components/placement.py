"""The cluster placement group of a pool of nodes: whether there is one, and which.

A cluster placement group puts instances close to each other, which is what EFA's latency wants. A capacity
reservation brings its own place: forcing a group of ours onto it is the commonest cause of
InsufficientInstanceCapacity with reservations (terraform-aws-eks#3661, eksctl#8220).
"""

import pulumi
import pulumi_aws as aws

from components.context import StackContext


def placement_group_name(
    parent: pulumi.Resource, name: str, context: StackContext, wanted: bool | str, *, reserved: bool
) -> pulumi.Input[str] | None:
    """Name of an existing group, of one made here as a child of `parent`, or None.

    `wanted` is the setting `placementGroup`. A group is made for one pool only: the closer its nodes, the
    better, and nothing is gained by nearness to another pool's.
    """
    if isinstance(wanted, str):
        return wanted
    if reserved or not wanted:
        return None
    group = aws.ec2.PlacementGroup(
        f"{name}-placement-group",
        strategy="cluster",
        tags=context.named(name),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return group.name
