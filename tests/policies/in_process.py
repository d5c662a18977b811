"""The rules in the place of the pack's process, for runs of the sandbox's engine that are to be quick."""

from collections.abc import Iterable
from typing import Any

from policies.catalogue import RULES
from policies.environment import Environment
from policies.exemptions import EXEMPTIONS, is_exempted
from policies.reading import UNKNOWN
from policies.rule import Finding, Level, Rule
from policies.views import Resource, Stack
from sandbox.engine.policy_guard import Violation
from sandbox.engine.registration import Registered, Registration
from sandbox.engine.values import UNKNOWN as UNKNOWN_ON_THE_WIRE


class RulesInProcess:
    """Answers as the pack does."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def analyze(self, request: Registration) -> list[Violation]:
        resource = _resource(request, {})
        return [
            violation
            for rule in RULES
            for violation in self._violations(rule, rule.of_resource(resource, self._environment))
        ]

    def analyze_stack(self, made: Iterable[tuple[Registration, Registered]]) -> list[Violation]:
        stack = Stack(tuple(_resource(request, answer.outputs) for request, answer in made))
        return [
            violation
            for rule in RULES
            for violation in self._violations(rule, rule.of_stack(stack, self._environment))
        ]

    def _violations(self, rule: Rule, findings: list[Finding]) -> list[Violation]:
        mandatory = rule.level_in(self._environment.kind) is Level.MANDATORY
        return [
            Violation(rule.id, mandatory, finding.message, finding.resource.urn if finding.resource else "")
            for finding in findings
            if not is_exempted(rule.id, finding, EXEMPTIONS)
        ]


def _resource(request: Registration, outputs: dict[str, Any]) -> Resource:
    return Resource(
        type=request.type,
        name=request.name,
        properties=_plain({**request.inputs, **outputs}),
        urn=request.urn,
        protect=request.protect,
        parent=request.parent,
        provider=request.provider,
        dependencies=frozenset(request.dependencies),
        property_dependencies={name: frozenset(urns) for name, urns in request.property_dependencies.items()},
    )


def _plain(value: Any) -> Any:
    if value == UNKNOWN_ON_THE_WIRE:
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
