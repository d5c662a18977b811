"""The fixtures of the rules: a YAML file a rule, with stacks that pass, that fail, that cannot be judged yet.

A resource is written as its type, name and properties. `uses` says which resources a property comes from,
`after` what it depends on besides; both by name. `!unknown` stands for a value that a preview does not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policies.environment import KINDS, Environment, Kind
from policies.reading import UNKNOWN
from policies.views import Resource, Stack
from tests.today import TODAY

FIXTURES = Path(__file__).parent / "fixtures"
KINDS_OF_CASE = ("passes", "fails", "silent")


class _Loader(yaml.SafeLoader):
    """YAML with `!unknown`."""


_Loader.add_constructor("!unknown", lambda loader, node: UNKNOWN)


@dataclass(frozen=True)
class Case:
    """One stack, and what its rule says of it."""

    rule: str
    kind: str
    name: str
    environment: Environment
    stack: Stack
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}-{self.kind}-{self.name}".replace(" ", "-")


@cache
def cases(rule: str) -> tuple[Case, ...]:
    """Cases of a rule; none where it has no fixture."""
    path = FIXTURES / f"{rule}.yaml"
    return tuple(_read(rule, path)) if path.exists() else ()


def _read(rule: str, path: Path) -> Iterator[Case]:
    content = yaml.load(path.read_text(), Loader=_Loader)
    assert set(content) <= set(KINDS_OF_CASE), f"{path.name}: {set(content)}"
    for kind in KINDS_OF_CASE:
        for name, case in (content.get(kind) or {}).items():
            keys = {
                "environment",
                "admins",
                "given up",
                "floating",
                "private way",
                "today",
                "resources",
                "says",
            }
            assert set(case) <= keys, f"{path.name}: {name}"
            yield Case(
                rule=rule,
                kind=kind,
                name=name,
                environment=Environment(
                    _kind(case),
                    frozenset(case.get("admins", ())),
                    case.get("today", TODAY),
                    floating_addons=frozenset(case.get("floating", ())),
                    is_given_up=case.get("given up", False),
                    has_private_way=case.get("private way", False),
                ),
                stack=stack_from(case["resources"]),
                messages=tuple(case.get("says", ())),
            )


def _kind(case: dict[str, Any]) -> Kind:
    (kind,) = [each for each in KINDS if each == case.get("environment", "prod")]
    return kind


def stack_from(described: list[dict[str, Any]]) -> Stack:
    """A stack of resources that are described as in a fixture."""
    urns = {each["name"]: f"urn:pulumi:test::project::{each['type']}::{each['name']}" for each in described}
    return Stack(tuple(_resource(each, urns) for each in described))


def _resource(described: dict[str, Any], urns: dict[str, str]) -> Resource:
    uses = {key: frozenset(urns[name] for name in names) for key, names in described.get("uses", {}).items()}
    after = {urns[name] for name in described.get("after", ())}
    return Resource(
        type=described["type"],
        name=described["name"],
        properties=described.get("properties", {}),
        urn=urns[described["name"]],
        protect=described.get("protect", False),
        provider=urns.get(described.get("provider", ""), ""),
        dependencies=frozenset(after.union(*uses.values())),
        property_dependencies=uses,
    )
