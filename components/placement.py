"""The cluster placement group of a pool of nodes: whether there is one, and which.

A cluster placement group puts instances close to each other, which is what EFA's latency wants. A capacity
reservation brings its own place: forcing a group of ours onto it is the commonest cause of
InsufficientInstanceCapacity with reservations (terraform-aws-eks#3661, eksctl#8220).
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws


def placement_group_name(
    parent: pulumi.Resource,
    name: str,
    wanted: bool | str,
    *,
    reserved: bool,
    tags: Mapping[str, pulumi.Input[str]],
) -> pulumi.Input[str] | None:
    """Name of an existing group, of one made here as a child of `parent` with these tags, or None.

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
        tags=tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return group.name
