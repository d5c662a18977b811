"""What a rule sees: resources and the stack they make up, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from policies.reading import Properties


@dataclass(frozen=True)
class Resource:
    """One resource of the program: what it asks for, in a whole stack also what came of that."""

    type: str
    name: str
    properties: Properties
    urn: str = ""
    protect: bool = False
    parent: str = ""
    """URN; empty at the top."""
    provider: str = ""
    """URN of the provider that makes it, where the program names one."""
    dependencies: frozenset[str] = frozenset()
    """URNs of what must exist before it. Known in a whole stack only, as the two below are."""
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """URNs by the property that needs them: which resource an id belongs to before the id is known."""

    @property
    def path(self) -> str:
        """Types of its parents, its own type and its name: the part of the URN that stays from stack to
        stack."""
        return "::".join(self.urn.split("::")[2:])


@dataclass(frozen=True)
class Stack:
    """All resources of a program together."""

    resources: tuple[Resource, ...]

    def of_type(self, *types: str) -> list[Resource]:
        """Resources of these types, in the order of the program."""
        return [resource for resource in self.resources if resource.type in types]

    def used_by(self, resource: Resource, *properties: str, type: str) -> list[Resource]:
        """Resources of a type that the named properties of `resource` come from."""
        urns = frozenset[str]().union(
            *(resource.property_dependencies.get(name, frozenset()) for name in properties)
        )
        return [each for each in self.of_type(type) if each.urn in urns]

    def before(self, resource: Resource) -> list[Resource]:
        """Everything that is made before the resource, and on destroy goes after it."""
        seen: set[str] = set()
        waiting = [resource]
        while waiting:
            for urn in _directly_before(waiting.pop()) - seen:
                seen.add(urn)
                if urn in self._by_urn:
                    waiting.append(self._by_urn[urn])
        return [self._by_urn[urn] for urn in seen if urn in self._by_urn]

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {resource.urn: resource for resource in self.resources}


def _directly_before(resource: Resource) -> set[str]:
    return {*resource.dependencies, *filter(None, (resource.parent, resource.provider))}
