"""What one run of the program registered, as the engine would see it, and questions about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Registered:
    """One resource as it was registered."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    dependencies: frozenset[str]
    """URNs, of explicit dependencies and of those that came with inputs."""
    property_dependencies: dict[str, frozenset[str]]
    """The latter by input."""
    provider: str
    custom: bool
    ignore_changes: tuple[str, ...]
    delete_before_replace: bool
    protect: bool
    aliases: tuple[str, ...] = ()
    """Former names."""


@dataclass
class Run:
    """What one run of the program registered and exported."""

    resources: dict[str, Registered] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    """Exports that were known."""
    unknown_outputs: set[str] = field(default_factory=set)
    secret_outputs: set[str] = field(default_factory=set)

    def of_type(self, type_: str) -> list[Registered]:
        return [resource for resource in self.resources.values() if resource.type == type_]

    def one(self, type_: str, name: str = "") -> Registered:
        """The only resource of a type, or the only one whose name ends so."""
        (found,) = [resource for resource in self.of_type(type_) if resource.name.endswith(name)]
        return found

    def before(self, resource: Registered) -> set[str]:
        """URNs of everything that must exist before the resource, and on destroy goes after it."""
        seen: set[str] = set()
        waiting = [resource.urn]
        while waiting:
            for urn in self._directly_before(self.resources[waiting.pop()]):
                if urn not in seen and urn in self.resources:
                    seen.add(urn)
                    waiting.append(urn)
        return seen

    def _directly_before(self, resource: Registered) -> Iterator[str]:
        yield from resource.dependencies
        if resource.parent:
            yield resource.parent
        if resource.provider:
            yield resource.provider.rpartition("::")[0]


RunOf = Callable[[str, bool], Run]
"""A stack, and whether it is a first preview: the run of that."""
