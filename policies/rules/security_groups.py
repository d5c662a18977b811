"""What security groups let in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.fault import Fault
from policies.addresses import is_whole_internet
from policies.environment import Environment
from policies.reading import UNKNOWN, get, items, together, whole_number
from policies.references import checkov, eks_guide, trivy
from policies.rule import Finding, Level, Rule, Severity
from policies.rules.instances import LAUNCH_TEMPLATE, NODE_GROUP
from policies.views import Resource

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"

LOGIN_PORTS = {22: "SSH", 3389: "RDP"}

WITHOUT_PORTS = ("-1", "all")
"""All protocols, as the two kinds of rule spell it."""
_UNSAID = ("", "Managed by Pulumi", "Managed by Terraform")
"""What providers write where nobody described a group or a rule."""


@dataclass(frozen=True)
class Opening:
    """One rule that lets traffic in: a resource of its own, or an entry of its group."""

    where: str
    """Prefix of its properties' paths: empty, or that of the entry."""
    body: Any

    def ranges(self) -> Iterator[tuple[str, str]]:
        """Address ranges that may send, each with its path; other sources are groups and prefix lists."""
        for name in ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks"):
            for cidr in items(self.body, name):
                yield f"{self.where}{name}", get(cidr)

    def covers(self, port: int) -> bool:
        """Whether TCP traffic to the port is let in."""
        # The provider takes names of protocols in any letter case.
        protocol = str(get(self.body, "ipProtocol") or get(self.body, "protocol")).lower()
        if protocol in WITHOUT_PORTS:
            return True
        first, last = (whole_number(get(self.body, name)) for name in ("fromPort", "toPort"))
        return (
            protocol in ("tcp", "6")
            and first is not None
            and first <= port <= (first if last is None else last)
        )


def openings(resource: Resource) -> Iterator[Opening]:
    """What a resource lets in."""
    if resource.type == INGRESS_RULE or (
        resource.type == OLD_RULE and get(resource.properties, "type") == "ingress"
    ):
        yield Opening("", resource.properties)
    if resource.type in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        for index, entry in enumerate(items(resource.properties, "ingress")):
            yield Opening(f"ingress[{index}].", entry)


def _no_login(resource: Resource, environment: Environment) -> Iterator[Finding]:
    instead = "use Session Manager"
    yield from together(_login_ports(resource, opening) for opening in openings(resource))
    if resource.type == LAUNCH_TEMPLATE and get(resource.properties, "keyName"):
        yield Finding("keyName", Fault("a key pair lets its holder log in unseen", cure=instead), resource)
    if resource.type == NODE_GROUP and get(resource.properties, "remoteAccess"):
        problem = "EKS would open port 22 of the nodes"
        yield Finding("remoteAccess", Fault(problem, cure=instead), resource)


def _login_ports(resource: Resource, opening: Opening) -> Iterator[Finding]:
    for where, cidr in opening.ranges():
        for port, name in LOGIN_PORTS.items():
            if opening.covers(port):
                problem = f"{cidr} reaches port {port}, {name}"
                yield Finding(where, Fault(problem, cure="use Session Manager"), resource)


def _no_open_ingress(resource: Resource, environment: Environment) -> Iterator[Finding]:
    yield from together(_open_ranges(resource, opening) for opening in openings(resource))
    if resource.type in (SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE, OLD_RULE):
        yield from _undescribed(resource, "", resource.properties)
    if resource.type == SECURITY_GROUP:
        for direction in ("ingress", "egress"):
            for index, entry in enumerate(items(resource.properties, direction)):
                yield from _undescribed(resource, f"{direction}[{index}].", entry)


def _open_ranges(resource: Resource, opening: Opening) -> Iterator[Finding]:
    for where, cidr in opening.ranges():
        if is_whole_internet(cidr):
            problem = f"{cidr} is the whole internet"
            yield Finding(where, Fault(problem, cure="name a range or a security group"), resource)


def _undescribed(resource: Resource, prefix: str, body: Any) -> Iterator[Finding]:
    if body is not UNKNOWN and (body.get("description") or "") in _UNSAID:
        problem = "missing, so that nobody will dare to remove it"
        yield Finding(f"{prefix}description", Fault(problem, cure="say what it is for"), resource)


RULES = (
    Rule(
        id="no-ssh",
        summary="Nobody logs in to a node by SSH or RDP; Session Manager asks IAM and keeps a record.",
        severity=Severity.HIGH,
        references=(
            *checkov("CKV_AWS_100", "CKV_AWS_24"),
            *trivy("AWS-0107"),
            *eks_guide("security/hosts: Minimize access to worker nodes"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/protecting-the-infrastructure.html",
        remediation="Leave `keyPair` out and log in with: aws ssm start-session --target <instance>.",
        resource_check=_no_login,
        levels={"dev": Level.ADVISORY, "sandbox": Level.ADVISORY},
    ),
    Rule(
        id="sg-no-open-ingress",
        summary="No security group lets the internet in, and each group and rule says what it is for.",
        severity=Severity.CRITICAL,
        references=(*checkov("CKV_AWS_277", "CKV_AWS_23"), *trivy("AWS-0099", "AWS-0124")),
        url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        remediation="Name the range or the security group that needs access, and describe the rule.",
        resource_check=_no_open_ingress,
    ),
)
