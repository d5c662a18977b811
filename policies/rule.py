"""A rule: what it asks of a stack, who else asks it, and how to satisfy it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.fault import Fault
from policies.environment import Environment, Kind
from policies.reading import NotKnownYetError
from policies.references import Reference
from policies.views import Resource, Stack


class Level(StrEnum):
    """What a violation does, in Pulumi's words."""

    MANDATORY = "mandatory"
    """Stops the deployment."""
    ADVISORY = "advisory"
    """Is shown as a warning."""


class Severity(StrEnum):
    """How bad a violation can turn out, in Pulumi's words."""

    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Finding:
    """One violation."""

    where: str
    """Path of the property, below the resource; in a rule about the whole stack, whatever names the place."""
    fault: Fault
    resource: Resource | None = None
    """None: what is missing belongs to no resource."""
    pod: str = ""
    """The pod inside the resource that it is about, by which an exemption can name it; empty for all else."""

    @property
    def message(self) -> str:
        """One line: `where: what is wrong; what is allowed; how to mend it`."""
        return f"{self.where}: {self.fault}"


ResourceCheck = Callable[[Resource, Environment], Iterator[Finding]]
StackCheck = Callable[[Stack, Environment], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule. It looks at one resource at a time, or at the whole stack where it needs several."""

    id: str
    summary: str
    """What it asks for, as a sentence."""
    severity: Severity
    references: tuple[Reference, ...]
    """The same demand in benchmarks, scanners and guides."""
    url: str
    """Where the reason is explained."""
    remediation: str
    """What to do about a violation."""
    resource_check: ResourceCheck | None = None
    stack_check: StackCheck | None = None
    level: Level = Level.MANDATORY
    levels: Mapping[Kind, Level] = field(default_factory=dict)
    """Where an environment has another level than `level`."""

    def level_in(self, kind: Kind) -> Level:
        """The level in an environment of this kind."""
        return self.levels.get(kind, self.level)

    def of_resource(self, resource: Resource, environment: Environment) -> list[Finding]:
        """Violations of one resource; none where the rule is about the stack, or cannot know yet."""
        return _found(self.resource_check(resource, environment)) if self.resource_check else []

    def of_stack(self, stack: Stack, environment: Environment) -> list[Finding]:
        """Violations of the whole stack; none where the rule is about single resources."""
        return _found(self.stack_check(stack, environment)) if self.stack_check else []


def _found(findings: Iterator[Finding]) -> list[Finding]:
    """What a check says until it meets a value that is not known yet."""
    found: list[Finding] = []
    with suppress(NotKnownYetError):
        found.extend(findings)
    return found
