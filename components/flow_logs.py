"""Flow logs: which address spoke with which, kept for as long as the settings say."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import StackContext
from knowledge.iam.flow_logs import flow_log_policy, flow_log_trust


@dataclass(frozen=True)
class FlowLogsArgs:
    """What is watched, and how long the record is kept."""

    context: StackContext
    vpc_id: pulumi.Input[str]
    retention_days: int
    key_arn: pulumi.Input[str]
    """KMS key that CloudWatch Logs may use."""


class FlowLogs(pulumi.ComponentResource):
    """Flow logs of a whole VPC, accepted and refused traffic alike, in CloudWatch Logs."""

    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the log group, the role that writes into it, and the flow log."""
        super().__init__("eks-efa:network:FlowLogs", name, None, opts)
        context = args.context
        options = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-log-group",
            name=f"/eks-efa/{context.cluster_name}/flow-logs",
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            tags=context.tags,
            opts=options,
        )
        self.log_group_name = log_group.name
        trust = flow_log_trust(context.partition, context.account_id, context.region)
        role = aws.iam.Role(
            f"{name}-role",
            description=f"VPC flow logs of EKS cluster {context.cluster_name}",
            assume_role_policy=json.dumps(trust),
            tags=context.tags,
            opts=options,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=log_group.arn.apply(lambda arn: json.dumps(flow_log_policy(arn))),
            opts=options,
        )
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=log_group.arn,
            iam_role_arn=role.arn,
            tags=context.named("flow-log"),
            # The role is of no use to the service before it has its policy.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({"logGroupName": self.log_group_name})
