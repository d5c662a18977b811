"""IAM policy documents, statement by statement, with everything that may be one or many as many."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policies.reading import get, items, known
from policies.views import Resource

IDENTITY_POLICIES = {
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
}
"""Types of resource that say what somebody may do, with the property that holds the document."""


@dataclass(frozen=True)
class Statement:
    """One statement of a document."""

    where: str
    """Path of the statement: its property, and its Sid or its number."""
    body: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        """Whether it gives rights; otherwise it takes them."""
        return self.body.get("Effect") == "Allow"

    @property
    def actions(self) -> list[str]:
        """Patterns of actions."""
        return items(self.body, "Action")

    @property
    def resources(self) -> list[str]:
        """Patterns of ARNs; empty in a trust policy."""
        return items(self.body, "Resource")

    def matches(self, action: str) -> bool:
        """Whether one of its patterns covers the action; IAM does not mind letter case."""
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions)

    def principals(self, kind: str) -> list[str]:
        """Principals of a kind, such as `Service`. `*` alone counts as of every kind, and so does what is
        allowed to all but some."""
        principal = self.body.get("Principal")
        everybody = principal == "*" or (self.allows and "NotPrincipal" in self.body)
        return ["*"] if everybody else items(principal, kind)

    def conditions(self) -> Iterator[tuple[str, list[str]]]:
        """Every condition key with its values, whatever the operator."""
        for keys in (self.body.get("Condition") or {}).values():
            for key, values in keys.items():
                yield key, items(values)

    def condition(self, key: str) -> list[str]:
        """Values that a condition key is held against; empty without such a condition. Keys do not mind
        letter case either."""
        return [
            value for name, values in self.conditions() if name.lower() == key.lower() for value in values
        ]


def statements(value: Any, where: str) -> list[Statement]:
    """Statements of a document that is JSON text or a mapping; raises NotKnownYetError for one not known
    yet."""
    document = json_object(value) if isinstance(value, str) else known(value)
    return [
        Statement(f"{where}.{each.get('Sid') or f'Statement[{number}]'}", each)
        for number, each in enumerate(items(document, "Statement"))
        if isinstance(each, dict)
    ]


def json_object(text: str) -> dict[str, Any]:
    """The object that the text is in JSON. Any other text says nothing, and AWS will not take it."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def rights_in(resource: Resource) -> Iterator[Statement]:
    """Statements by which a resource gives rights to whoever has it."""
    if resource.type in IDENTITY_POLICIES:
        name = IDENTITY_POLICIES[resource.type]
        yield from statements(get(resource.properties, name), name)
    if resource.type == "aws:iam/role:Role":
        for index, policy in enumerate(items(resource.properties, "inlinePolicies")):
            if get(policy, "policy"):
                yield from statements(get(policy, "policy"), f"inlinePolicies[{index}].policy")
