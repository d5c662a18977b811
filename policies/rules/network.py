"""The VPC itself."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import get, items, together
from policies.references import checkov, trivy
from policies.rule import Finding, Rule, Severity
from policies.rules.security_groups import DEFAULT_SECURITY_GROUP
from policies.views import Resource, Stack

VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"


def _vpc_baseline(stack: Stack, environment: Environment) -> Iterator[Finding]:
    for vpc in stack.of_type(VPC):
        yield from together([_default_group_closed(stack, vpc), _flow_logs(stack, vpc)])


def _default_group_closed(stack: Stack, vpc: Resource) -> Iterator[Finding]:
    groups = [
        each
        for each in stack.of_type(DEFAULT_SECURITY_GROUP)
        if vpc in stack.used_by(each, "vpcId", type=VPC)
    ]
    if not groups:
        problem = "the default security group is left open to its members and to everywhere"
        cure = "add a DefaultSecurityGroup without rules"
        yield Finding(f"{vpc.name}.defaultSecurityGroup", Fault(problem, cure=cure), vpc)
    for group in groups:
        for direction in ("ingress", "egress"):
            if items(group.properties, direction):
                problem = "the default security group, which everything forgotten gets, has rules"
                yield Finding(f"{group.name}.{direction}", Fault(problem, cure="take them out"), group)


def _flow_logs(stack: Stack, vpc: Resource) -> Iterator[Finding]:
    logs = [each for each in stack.of_type(FLOW_LOG) if vpc in stack.used_by(each, "vpcId", type=VPC)]
    if not logs:
        problem = "nobody could tell afterwards which address spoke with which"
        yield Finding(f"{vpc.name}.flowLog", Fault(problem, cure="add a FlowLog of all traffic"), vpc)
    for log in logs:
        traffic = get(log.properties, "trafficType")
        if traffic != "ALL":
            yield Finding(
                f"{log.name}.trafficType", Fault(f"{traffic} is a part of the traffic", cure="set ALL"), log
            )


RULES = (
    Rule(
        id="vpc-baseline",
        summary="The default security group is closed, and flow logs record all traffic.",
        severity=Severity.MEDIUM,
        references=(*checkov("CKV2_AWS_12", "CKV2_AWS_11"), *trivy("AWS-0173", "AWS-0178")),
        url="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        remediation="Take the default security group over without rules, and log all traffic of the VPC.",
        stack_check=_vpc_baseline,
    ),
)
