"""The rules as CrossGuard policies: from Pulumi's classes to plain views, and from findings to reports."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.environment import Environment
from policies.exemptions import EXEMPTIONS, Exemption, is_exempted
from policies.reading import UNKNOWN, Properties
from policies.rule import Finding, Level, Rule
from policies.views import Resource, Stack

EXEMPTIONS_KEY = "exemptions"
"""Key of a policy's configuration: a list of further exemptions, each with its reason."""

_PATTERN = {"type": "string", "description": "A pattern, in which * stands for any text."}
_CONFIG = PolicyConfigSchema(
    {
        EXEMPTIONS_KEY: {
            "type": "array",
            "description": "What the policy lets pass, besides policies/exemptions.py.",
            "items": {
                "type": "object",
                "properties": {
                    "reason": {"type": "string", "description": "Why it has to be so."},
                    "resource": _PATTERN,
                    "pod": _PATTERN,
                    "where": _PATTERN,
                },
                "required": ["reason"],
                "additionalProperties": False,
            },
        }
    }
)


def policies(rules: Iterable[Rule], environment: Environment) -> list[Policy]:
    """A policy for each rule, at its level in this environment."""
    return [_policy(rule, environment) for rule in rules]


def _policy(rule: Rule, environment: Environment) -> Policy:
    common: dict[str, Any] = {
        "name": rule.id,
        "description": rule.summary,
        "enforcement_level": _LEVELS[rule.level_in(environment.kind)],
        "config_schema": _CONFIG,
        "severity": Severity(rule.severity.value),
        "framework": _framework(rule),
        "remediation_steps": rule.remediation,
        "url": rule.url,
    }
    if rule.stack_check is not None:

        def of_stack(args: StackValidationArgs, report: ReportViolation) -> None:
            stack = Stack(tuple(_in_stack(each) for each in args.resources))
            _report(rule, rule.of_stack(stack, environment), args.get_config(), report)

        return StackValidationPolicy(validate=of_stack, **common)

    def of_resource(args: ResourceValidationArgs, report: ReportViolation) -> None:
        _report(rule, rule.of_resource(_alone(args), environment), args.get_config(), report)

    return ResourceValidationPolicy(validate=of_resource, **common)


_LEVELS = {Level.MANDATORY: EnforcementLevel.MANDATORY, Level.ADVISORY: EnforcementLevel.ADVISORY}


def _framework(rule: Rule) -> PolicyComplianceFramework:
    """The first framework that asks for the same; its reference names what the others call it too."""
    framework = rule.references[0].framework
    return PolicyComplianceFramework(
        name=framework.name, version=framework.version, reference=", ".join(map(str, rule.references))
    )


def _report(
    rule: Rule, findings: Iterable[Finding], config: Mapping[str, Any], report: ReportViolation
) -> None:
    given = plain(config.get(EXEMPTIONS_KEY, ()))
    exemptions = (*EXEMPTIONS, *(Exemption(rule=rule.id, **each) for each in given))
    for finding in findings:
        if not is_exempted(rule.id, finding, exemptions):
            report(finding.message, finding.resource.urn if finding.resource else None)


def _alone(args: ResourceValidationArgs) -> Resource:
    return Resource(
        type=args.resource_type,
        name=args.name,
        properties=_properties(args.props),
        urn=args.urn,
        protect=args.opts.protect,
        parent=args.opts.parent or "",
        provider=args.provider.urn if args.provider else "",
    )


def _in_stack(resource: PolicyResource) -> Resource:
    return Resource(
        type=resource.resource_type,
        name=resource.name,
        properties=_properties(resource.props),
        urn=resource.urn,
        protect=resource.opts.protect,
        parent=resource.parent.urn if resource.parent else "",
        provider=resource.provider.urn if resource.provider else "",
        dependencies=frozenset(each.urn for each in resource.dependencies),
        property_dependencies={
            name: frozenset(each.urn for each in needed)
            for name, needed in resource.property_dependencies.items()
        },
    )


def _properties(props: Mapping[str, Any]) -> Properties:
    """Plain properties of a resource. Pulumi hands out proxies that raise at every unknown they are asked
    for: here it becomes a value, since a rule may well decide without it."""
    return {key: _part(props, key) for key in props}


def _part(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def plain(value: Any) -> Any:
    """A value without proxies; whole numbers, which arrive as floating-point ones, are whole again."""
    if isinstance(value, Mapping):
        return {key: _part(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_part(value, index) for index in range(len(value))]
    return int(value) if isinstance(value, float) and value.is_integer() else value
