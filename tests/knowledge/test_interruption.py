from knowledge.interruption import EVENT_PATTERNS, QUEUE_RETENTION_SECONDS


def test_the_five_events_are_those_of_karpenters_template() -> None:
    assert {
        name: (pattern["source"], pattern["detail-type"]) for name, pattern in EVENT_PATTERNS.items()
    } == {
        "scheduled-change": (["aws.health"], ["AWS Health Event"]),
        "spot-interruption": (["aws.ec2"], ["EC2 Spot Instance Interruption Warning"]),
        "rebalance": (["aws.ec2"], ["EC2 Instance Rebalance Recommendation"]),
        "instance-state-change": (["aws.ec2"], ["EC2 Instance State-change Notification"]),
        "capacity-reservation-interruption": (
            ["aws.ec2"],
            ["EC2 Capacity Reservation Instance Interruption Warning"],
        ),
    }


def test_messages_are_kept_five_minutes() -> None:
    assert QUEUE_RETENTION_SECONDS == 300
