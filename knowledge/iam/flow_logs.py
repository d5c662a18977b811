"""How VPC flow logs get into CloudWatch Logs (VPC user guide, flow-logs-iam-role)."""

from knowledge.iam.document import PolicyDocument, document


def flow_log_trust(partition: str, account_id: str, region: str) -> PolicyDocument:
    """Trust of the flow logs' role: the service, for flow logs of this account and region only."""
    return document(
        {
            "Sid": "AllowFlowLogsOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": ["sts:AssumeRole"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnLike": {"aws:SourceArn": f"arn:{partition}:ec2:{region}:{account_id}:vpc-flow-log/*"},
            },
        }
    )


def flow_log_policy(log_group_arn: str) -> PolicyDocument:
    """Write into one log group, which is there already; `log_group_arn` with or without its trailing `:*`."""
    group = log_group_arn.removesuffix(":*")
    return document(
        {
            "Sid": "AllowWritingToOneLogGroup",
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogStream",
                "logs:PutLogEvents",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
            ],
            "Resource": [group, f"{group}:*"],
        }
    )
