"""Who may put messages into Karpenter's interruption queue."""

from knowledge.iam.document import PolicyDocument, document


def interruption_queue_policy(queue_arn: str) -> PolicyDocument:
    """EventBridge rules and SQS itself, of the queue's own account and region, may send; nobody without TLS.

    Principals as in Karpenter's template (v1.14.1, cloudformation.yaml); the conditions keep other accounts'
    rules from sending forged interruptions, for which Karpenter would drain nodes.
    """
    _, partition, _, region, account_id, _ = queue_arn.split(":")
    return document(
        {
            "Sid": "AllowEventRulesToSend",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": ["sqs:SendMessage"],
            "Resource": queue_arn,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:{partition}:events:{region}:{account_id}:rule/*"}
            },
        },
        {
            "Sid": "AllowQueuesToMoveMessages",
            "Effect": "Allow",
            "Principal": {"Service": "sqs.amazonaws.com"},
            "Action": ["sqs:SendMessage"],
            "Resource": queue_arn,
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:{partition}:sqs:{region}:{account_id}:*"}},
        },
        {
            "Sid": "DenyWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:*"],
            "Resource": queue_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
