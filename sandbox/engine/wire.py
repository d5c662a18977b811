"""Between Pulumi's wire format (protobuf structs with marks for secrets, unknowns and resources) and plain
values.

The SDK has functions for this too, but theirs build resource objects on the calling thread's event loop,
which hangs inside a monitor; these only translate. The marks: sdk/go/common/resource/properties.go in
pulumi/pulumi.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pulumi.runtime import rpc

from sandbox.engine.errors import SandboxError
from sandbox.engine.values import UNKNOWN, Properties, referenced

_MARK = rpc._special_sig_key


class Struct(Protocol):
    """google.protobuf.struct_pb2.Struct, as far as it is used here; protobuf ships no types."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Values by name."""

    def update(self, values: dict[str, Any], /) -> None:
        """Set fields from plain values."""


def to_plain(struct: Struct) -> tuple[Properties, frozenset[str]]:
    """Plain properties, and the names of those that hold a secret anywhere."""
    secrets: set[str] = set()
    properties: Properties = {}
    for name, value in struct.fields.items():
        found: list[bool] = []
        plain = _plain(value, found)
        if found:
            secrets.add(name)
        if plain is not None:  # null means left out, as in the SDK
            properties[name] = plain
    return properties, frozenset(secrets)


def _plain(value: Any, secrets: list[bool]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "list_value":
        return [_plain(item, secrets) for item in value.list_value.values]
    if kind == "struct_value":
        return _plain_struct(value.struct_value, secrets)
    return None if kind in ("null_value", None) else getattr(value, kind)


def _plain_struct(struct: Struct, secrets: list[bool]) -> Any:
    fields = struct.fields
    if _MARK not in fields:
        plain = {name: _plain(value, secrets) for name, value in fields.items()}
        return {name: value for name, value in plain.items() if value is not None}
    mark = fields[_MARK].string_value
    if mark == rpc._special_secret_sig:
        secrets.append(True)
        return _plain(fields["value"], secrets)
    if mark == rpc._special_resource_sig:  # what a resource is, to another resource, is its id
        return fields["id"].string_value or UNKNOWN if "id" in fields else fields["urn"].string_value
    if mark == rpc._special_output_value_sig:
        return _plain(fields["value"], secrets) if "value" in fields else UNKNOWN
    raise SandboxError("input", "assets and archives are not supported", "give the content as text")


def fill(
    struct: Struct, properties: Properties, secrets: frozenset[str], urn_of: Callable[[Properties], str]
) -> None:
    """Put properties into an answer. `urn_of` gives the URN of a resource that an output refers to."""
    for name, value in properties.items():
        if value is None:
            continue
        wired = _wired(value, urn_of)
        struct.update({name: {_MARK: rpc._special_secret_sig, "value": wired} if name in secrets else wired})


def _wired(value: Any, urn_of: Callable[[Properties], str]) -> Any:
    resource = referenced(value)
    if resource is not None:
        return {
            _MARK: rpc._special_resource_sig,
            "urn": urn_of(resource),
            "id": resource["id"],
            "name": resource["name"],
            "type": resource["type"],
            "packageVersion": "",
        }
    if isinstance(value, dict):
        return {name: _wired(item, urn_of) for name, item in value.items()}
    if isinstance(value, list):
        return [_wired(item, urn_of) for item in value]
    return value
