"""Property values as the engine keeps them: plain JSON, with three marks that the wire format needs too."""

from collections.abc import Mapping
from typing import Any

Properties = dict[str, Any]
"""Inputs or outputs of a resource: camelCase names, as the provider's schema spells them, to JSON values."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that only a deployment will tell. Pulumi's own sentinel
(pulumi.runtime.rpc.UNKNOWN)."""

MASK = "[secret]"

NOT_YET = "[not known yet]"

_REFERENCE = "sandbox.engine/resource"


def contains_unknown(value: Any) -> bool:
    """Whether any part of `value` is not known before the deployment."""
    if isinstance(value, dict):
        return any(contains_unknown(part) for part in value.values())
    if isinstance(value, list):
        return any(contains_unknown(part) for part in value)
    return bool(value == UNKNOWN)


def reference(type: str, name: str, id: str, outputs: Properties) -> Properties:
    """An output that is itself a resource, as a remote component returns them (`cluster.eksCluster`).

    The monitor gives it a URN below the component and answers for its outputs.
    """
    return {_REFERENCE: {"type": type, "name": name, "id": id, "outputs": outputs}}


def referenced(value: Any) -> Properties | None:
    """The type, name, id and outputs of a `reference`; None for every other value."""
    if isinstance(value, dict) and set(value) == {_REFERENCE}:
        found: Properties = value[_REFERENCE]
        return found
    return None


def masked(values: Mapping[str, Any], secrets: frozenset[str]) -> Properties:
    """`values` fit for a terminal: secrets are masked, and what is not known yet is said to be so."""
    return {key: MASK if key in secrets else _shown(value) for key, value in values.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shown(part) for part in value]
    return NOT_YET if value == UNKNOWN else value
