"""Inputs as people read them: policies and user data unpacked, long schemas by their digest."""

import base64
import binascii
import hashlib
import json
from typing import Any

from plan.document import Planned
from sandbox.engine.values import NOT_YET, UNKNOWN, Properties

CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"

ENCODED = frozenset({"userData", "userDataBase64"})
"""Inputs that AWS wants in Base64."""


def readable(resource: Planned) -> Properties:
    """The inputs of a resource, unpacked."""
    inputs = unpacked(resource.inputs)
    spec = inputs.get("spec")
    if resource.type == CRD and isinstance(spec, dict):
        versions = [_without_schema(each) for each in spec.get("versions", ())]
        inputs["spec"] = {**spec, "versions": versions} if versions else spec
    return inputs


def unpacked(values: Properties) -> Properties:
    """Any values, unpacked, with words for what is not known yet."""
    return {name: _unpacked(name, value) for name, value in values.items()}


def _unpacked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unpacked(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_unpacked(name, part) for part in value]
    if value == UNKNOWN:
        return NOT_YET
    if isinstance(value, str):
        return _decoded(value) if name in ENCODED else _parsed(value)
    return value


def _parsed(text: str) -> Any:
    """A JSON document as what it says; any other text as it is."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _without_schema(version: Properties) -> Properties:
    """A version of a CRD with a digest for its schema, which may be 300 KB of somebody else's."""
    if "schema" not in version:
        return version
    text = json.dumps(version["schema"], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return {**version, "schema": f"[{len(text) // 1024} KB, sha256 {digest}]"}
