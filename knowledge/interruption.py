"""The five kinds of event that Karpenter's interruption queue is fed with."""

from typing import TypedDict

EventPattern = TypedDict("EventPattern", {"source": list[str], "detail-type": list[str]})

QUEUE_RETENTION_SECONDS = 300
"""A message older than that tells of an interruption that is over: the same five minutes as Karpenter's
template."""


def _pattern(source: str, detail_type: str) -> EventPattern:
    return {"source": [source], "detail-type": [detail_type]}


EVENT_PATTERNS: dict[str, EventPattern] = {
    "scheduled-change": _pattern("aws.health", "AWS Health Event"),
    "spot-interruption": _pattern("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "rebalance": _pattern("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "instance-state-change": _pattern("aws.ec2", "EC2 Instance State-change Notification"),
    "capacity-reservation-interruption": _pattern(
        "aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"
    ),
}
"""EventBridge patterns by rule name; the fifth came with Karpenter 1.10.

Source: cloudformation.yaml of Karpenter's getting-started guide, v1.14.1.
"""
