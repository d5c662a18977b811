"""The discovery tag on what somebody else made: put there and taken away again, no other tag touched."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True)
class DiscoveryTagsArgs:
    """What is tagged."""

    resource_ids: Mapping[str, str]
    """Subnets and security groups by what they are called in resource names."""
    tags: Mapping[str, Mapping[str, str]]
    """By the same names: the tags that are ours to put there, in order (`knowledge/discovery.py`)."""


class DiscoveryTags(pulumi.ComponentResource):
    """Each tag as a resource of its own, which is all of a subnet that a stack of its own may claim."""

    def __init__(
        self, name: str, args: DiscoveryTagsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the tags of each resource one after the other: on destroy they go in the other order."""
        super().__init__("eks-efa:network:DiscoveryTags", name, None, opts)
        for what, resource_id in args.resource_ids.items():
            before: list[pulumi.Resource] = []
            for key, value in args.tags[what].items():
                tag = aws.ec2.Tag(
                    f"{name}-{what}-{key.rpartition('/')[2]}",
                    resource_id=resource_id,
                    key=key,
                    value=value,
                    opts=pulumi.ResourceOptions(parent=self, depends_on=list(before)),
                )
                before.append(tag)
        self.register_outputs({})
