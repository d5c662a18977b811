"""All rules on a whole stack at once, for whoever has all its resources in hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies.catalogue import RULES
from policies.environment import Environment
from policies.exemptions import EXEMPTIONS, Exemption, is_exempted
from policies.rule import Finding, Level, Rule
from policies.views import Stack


@dataclass(frozen=True)
class Violation:
    """A violated rule."""

    rule: Rule
    level: Level
    finding: Finding

    def __str__(self) -> str:
        """One line."""
        name = self.finding.resource.name if self.finding.resource else "the stack"
        return f"{self.rule.id} ({self.level}) {name}: {self.finding.message}"


def evaluate(
    stack: Stack,
    environment: Environment,
    *,
    rules: Iterable[Rule] = RULES,
    exemptions: Iterable[Exemption] = EXEMPTIONS,
) -> list[Violation]:
    """Every violation that is not exempted, rule by rule."""
    exemptions = tuple(exemptions)
    return [
        Violation(rule, rule.level_in(environment.kind), finding)
        for rule in rules
        for finding in _findings(rule, stack, environment)
        if not is_exempted(rule.id, finding, exemptions)
    ]


def _findings(rule: Rule, stack: Stack, environment: Environment) -> Iterator[Finding]:
    for resource in stack.resources:
        yield from rule.of_resource(resource, environment)
    yield from rule.of_stack(stack, environment)
