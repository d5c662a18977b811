"""How Karpenter hears that an instance is about to go: the queue, and everything between EventBridge and
it."""

from collections.abc import Iterator

from knowledge.fault import Fault
from knowledge.interruption import EVENT_PATTERNS, EventPattern
from policies.documents import Statement, json_object, statements
from policies.environment import Environment
from policies.kubernetes_objects import RELEASE, chart_name
from policies.reading import NotKnownYetError, get, items, together
from policies.references import checkov, eks_guide, trivy
from policies.rule import Finding, Rule, Severity
from policies.views import Resource, Stack

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"

SENDERS = ("events.amazonaws.com", "sqs.amazonaws.com")


def _hardened(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type == QUEUE:
        encrypted = get(resource.properties, "sqsManagedSseEnabled") or get(
            resource.properties, "kmsMasterKeyId"
        )
        if not encrypted:
            yield Finding(
                "sqsManagedSseEnabled", Fault("messages are not encrypted", cure="set it true"), resource
            )
        if get(resource.properties, "policy"):
            yield from _queue_policy(resource)
    if resource.type == QUEUE_POLICY:
        yield from _queue_policy(resource)


def _queue_policy(resource: Resource) -> Iterator[Finding]:
    found = statements(get(resource.properties, "policy"), "policy")
    if not any(map(_denies_plain_text, found)):
        problem = "messages may be sent and read without TLS"
        yield Finding("policy", Fault(problem, cure="deny it where aws:SecureTransport is false"), resource)
    for statement in found:
        if statement.allows:
            yield from _senders(resource, statement)


def _denies_plain_text(statement: Statement) -> bool:
    everybody = "*" in statement.principals("AWS")
    everything = all(map(statement.matches, ("sqs:SendMessage", "sqs:ReceiveMessage")))
    without_tls = [str(value).lower() for value in statement.condition("aws:SecureTransport")] == ["false"]
    return not statement.allows and everybody and everything and without_tls


def _senders(resource: Resource, statement: Statement) -> Iterator[Finding]:
    others = [*statement.principals("AWS"), *(set(statement.principals("Service")) - {*SENDERS, "*"})]
    if others:
        problem = f"{', '.join(sorted(others))} could make Karpenter drain nodes"
        allowed = f"only {' and '.join(SENDERS)} send"
        yield Finding(statement.where, Fault(problem, allowed, "take it out"), resource)


def _wired(stack: Stack, environment: Environment) -> Iterator[Finding]:
    yield from together(_release(stack, release) for release in stack.of_type(RELEASE))


def _release(stack: Stack, release: Resource) -> Iterator[Finding]:
    if chart_name(release) != "karpenter":
        return
    where = f"{release.name}.values.settings.interruptionQueue"
    settings = get(release.properties, "values", "settings")
    if not (isinstance(settings, dict) and settings.get("interruptionQueue")):
        problem = "missing, so that Karpenter learns of an interruption when the node is gone"
        yield Finding(where, Fault(problem, cure="name the queue"), release)
        return
    queues = stack.used_by(release, "values", type=QUEUE)
    if not queues:
        problem = "no queue of this stack"
        yield Finding(where, Fault(problem, cure="make the queue here and pass its name on"), release)
    for queue in queues:
        for event, pattern in EVENT_PATTERNS.items():
            if not _arrives(stack, queue, pattern):
                kind = pattern["detail-type"][0]
                problem = f'no rule sends "{kind}" to the queue'
                cure = f"add the event rule {event} with a target"
                yield Finding(queue.name, Fault(problem, cure=cure), queue)


def _arrives(stack: Stack, queue: Resource, pattern: EventPattern) -> bool:
    fed = [
        rule.urn
        for target in stack.of_type(EVENT_TARGET)
        if queue in stack.used_by(target, "arn", type=QUEUE)
        for rule in stack.used_by(target, "rule", type=EVENT_RULE)
    ]
    return any(rule.urn in fed and _covers(rule, pattern) for rule in stack.of_type(EVENT_RULE))


def _covers(rule: Resource, pattern: EventPattern) -> bool:
    try:
        have = json_object(get(rule.properties, "eventPattern") or "")
    except NotKnownYetError:
        return True
    return all(
        set(wanted) <= set(items(have, key))
        for key, wanted in (("source", pattern["source"]), ("detail-type", pattern["detail-type"]))
    )


RULES = (
    Rule(
        id="sqs-hardened",
        summary="The interruption queue is encrypted, speaks TLS only, and takes messages of AWS services "
        "only.",
        severity=Severity.HIGH,
        references=(
            *checkov("CKV_AWS_27", "CKV_AWS_72", "CKV_AWS_168", "CKV_AWS_387", "CKV2_AWS_73"),
            *trivy("AWS-0096", "AWS-0097", "AWS-0135"),
        ),
        url="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
        remediation="Take the policy of knowledge/iam/queue.py, and set sqsManagedSseEnabled.",
        resource_check=_hardened,
    ),
    Rule(
        id="interruption-wired",
        summary="Karpenter listens to a queue, and every kind of event it acts upon is sent there.",
        severity=Severity.HIGH,
        references=eks_guide("autoscaling/karpenter: Enable Interruption Handling when using Spot"),
        url="https://karpenter.sh/docs/concepts/disruption/#interruption",
        remediation="Make the queue, one event rule and target for each pattern of "
        "knowledge/interruption.py, "
        "and set the chart's value settings.interruptionQueue.",
        stack_check=_wired,
    ),
)
