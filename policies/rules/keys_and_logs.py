"""KMS keys, and the log groups that they encrypt."""

from collections.abc import Iterator

from knowledge.fault import Fault
from policies.documents import statements
from policies.environment import Environment
from policies.reading import get, whole_number
from policies.references import checkov, trivy
from policies.rule import Finding, Level, Rule, Severity
from policies.views import Resource

KEY = "aws:kms/key:Key"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

PROD_RETENTION_DAYS = 365


def _rotation(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != KEY:
        return
    if get(resource.properties, "enableKeyRotation") is not True:
        fault = Fault("the key stays the same for ever", cure="set it true")
        yield Finding("enableKeyRotation", fault, resource)
    if get(resource.properties, "isEnabled") is False:
        fault = Fault("what it encrypted cannot be read", cure="set it true, or delete the key")
        yield Finding("isEnabled", fault, resource)
    policy = get(resource.properties, "policy")
    for statement in statements(policy, "policy") if policy else ():
        if statement.allows and "*" in statement.principals("AWS") and not list(statement.conditions()):
            fault = Fault("anybody may use the key", cure="name who may, or add a condition")
            yield Finding(statement.where, fault, resource)


def _retention(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != LOG_GROUP:
        return
    days = whole_number(get(resource.properties, "retentionInDays")) or 0
    least = PROD_RETENTION_DAYS if environment.is_prod else 1
    if days < least:
        problem = (
            f"{days} days are too few" if days else "missing, so that logs are kept and paid for for ever"
        )
        allowed = f"{least} or more are kept in prod" if environment.is_prod else ""
        yield Finding("retentionInDays", Fault(problem, allowed, "set it"), resource)
    if not get(resource.properties, "kmsKeyId"):
        fault = Fault("the logs are not encrypted with a key of your own", cure="name one")
        yield Finding("kmsKeyId", fault, resource)


RULES = (
    Rule(
        id="eks-log-retention",
        summary="Logs are kept for a set time, in prod a year, and encrypted with a customer-managed key.",
        severity=Severity.MEDIUM,
        references=(
            *checkov("CKV_AWS_66", "CKV_AWS_338", "CKV_AWS_158"),
            *trivy("AWS-0017"),
        ),
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        remediation="Set `cluster.logRetentionDays` and `network.flowLogRetentionDays`; give the group a "
        "KMS key.",
        resource_check=_retention,
        level=Level.ADVISORY,
    ),
    Rule(
        id="kms-rotation",
        summary="KMS keys are rotated, in use, and not open to anybody.",
        severity=Severity.HIGH,
        references=(
            *checkov("CKV_AWS_7", "CKV_AWS_227", "CKV_AWS_33", "CKV2_AWS_64"),
            *trivy("AWS-0065"),
        ),
        url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
        remediation="Set enableKeyRotation, and name in the key's policy who may use it.",
        resource_check=_rotation,
    ),
)
