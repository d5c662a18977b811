"""The tag by which node classes find subnets and security groups, and whose it is on what others have made.

EC2 keeps one value for a key. Where somebody has set the tag already it is theirs: to change it would hide
the subnet from their Karpenter, and to take it away at the end would leave less than there was.
"""

from collections.abc import Mapping

DISCOVERY_TAG = "karpenter.sh/discovery"
"""On subnets and security groups of nodes, for node classes that are made by hand. Our own go by id."""

TAGGED_BY_TAG = "eks-efa/tagged-by"
"""Beside a discovery tag that a stack has put on what it did not make: the stack's name. It comes first and
goes last, so that a stack which was interrupted knows its own tag again."""


def tags_for_discovery(tags: Mapping[str, str], cluster: str, stack: str) -> Mapping[str, str]:
    """What the stack puts on something of others that has these tags, in this order; nothing where the
    discovery tag is somebody else's."""
    by, value = tags.get(TAGGED_BY_TAG), tags.get(DISCOVERY_TAG)
    is_free = by is None and value is None
    is_own = by == stack and value in (None, cluster)
    return {TAGGED_BY_TAG: stack, DISCOVERY_TAG: cluster} if is_free or is_own else {}
