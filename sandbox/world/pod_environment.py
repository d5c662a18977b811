"""The environment a kubelet would give a container: values, references, fields and resources, resolved.

Rules: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
"""

import re
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from knowledge.fault import Fault
from knowledge.quantities import parse_quantity
from sandbox.world.errors import WorldError

Lookup = Callable[[str, str], Mapping[str, str] | None]
"""From `configMap` or `secret` and a name in the pod's namespace to its (decoded) data; None if absent."""

_REFERENCE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")


def container_environment(
    pod: Mapping[str, Any], container: Mapping[str, Any], allocatable: Mapping[str, str], lookup: Lookup
) -> dict[str, str]:
    """The container's environment. `allocatable` is its node's, which stands in for limits it does not have.

    Raises WorldError where something it needs is missing, as kubelet reports CreateContainerConfigError.
    """
    environment: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        for kind in ("configMap", "secret"):
            if reference := source.get(f"{kind}Ref"):
                data = _data(kind, reference, lookup)
                environment |= {source.get("prefix", "") + key: value for key, value in data.items()}
    for variable in container.get("env") or ():
        if "valueFrom" not in variable:
            environment[variable["name"]] = _expanded(variable.get("value", ""), environment)
        elif (value := _referred(variable["valueFrom"], pod, container, allocatable, lookup)) is not None:
            environment[variable["name"]] = value
    return environment


def _expanded(value: str, environment: Mapping[str, str]) -> str:
    """`$(NAME)` of an earlier variable becomes its value, `$$` a dollar; an unknown name stays as it is."""

    def replacement(match: re.Match[str]) -> str:
        return "$" if match.group(1) == "$" else environment.get(match.group(2), match.group(0))

    return _REFERENCE.sub(replacement, value)


def _referred(
    source: Mapping[str, Any],
    pod: Mapping[str, Any],
    container: Mapping[str, Any],
    allocatable: Mapping[str, str],
    lookup: Lookup,
) -> str | None:
    if field := source.get("fieldRef"):
        return _field(pod, field["fieldPath"])
    if resource := source.get("resourceFieldRef"):
        return _resource(resource, container, allocatable)
    for kind in ("configMap", "secret"):
        if reference := source.get(f"{kind}KeyRef"):
            value = _data(kind, reference, lookup).get(reference["key"])
            if value is None and not reference.get("optional"):
                fault = f"{kind} {reference['name']} has no key {reference['key']}"
                raise WorldError(pod["metadata"]["name"], fault, "add it, or mark the reference optional")
            return value
    return ""


def _data(kind: str, reference: Mapping[str, Any], lookup: Lookup) -> Mapping[str, str]:
    data = lookup(kind, reference["name"])
    if data is None and not reference.get("optional"):
        raise WorldError(reference["name"], f"no such {kind}", "make it, or mark the reference optional")
    return data or {}


def _field(pod: Mapping[str, Any], path: str) -> str:
    if keyed := re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path):
        return str(pod["metadata"].get(keyed.group(1), {}).get(keyed.group(2), ""))
    value: Any = pod
    for part in path.split("."):
        value = value.get(part, {}) if isinstance(value, Mapping) else {}
    return "" if isinstance(value, Mapping) else str(value)


def _resource(
    reference: Mapping[str, Any], container: Mapping[str, Any], allocatable: Mapping[str, str]
) -> str:
    """A request or limit in units of the divisor, rounded up; a missing limit is all that the node has."""
    kind, _, name = reference["resource"].partition(".")
    resources = container.get("resources") or {}
    limit = resources.get("limits", {}).get(name)
    quantity = limit or allocatable.get(name, "0")
    if kind == "requests":
        quantity = resources.get("requests", {}).get(name) or limit or "0"
    value, divisor = parse_quantity(quantity), parse_quantity(reference.get("divisor") or "1")
    if isinstance(value, Fault) or isinstance(divisor, Fault):
        raise WorldError(reference["resource"], f"{quantity} is no quantity", "mend the chart's resources")
    return str(ceil(value / (divisor or 1)))
