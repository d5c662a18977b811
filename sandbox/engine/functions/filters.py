"""Filters and tags of lookups, as EC2 takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.values import Properties


def ec2_filters(arguments: Properties, **equal: str) -> Any:
    """`filters` and `tags` of a lookup, and further filters by argument name."""
    filters = [{"Name": item["name"], "Values": item["values"]} for item in arguments.get("filters", [])]
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in arguments.get("tags", {}).items()]
    for argument, name in equal.items():
        if argument in arguments:
            value = arguments[argument]
            filters.append(
                {"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else value]}
            )
    return filters


def only(found: Sequence[Any], what: str) -> Any:
    """The one thing that a lookup wants. SandboxError in the provider's words for none and for several."""
    if len(found) != 1:
        fault = f"no matching EC2 {what} found" if not found else f"multiple EC2 {what}s matched"
        raise SandboxError(what, fault, "use additional constraints to reduce matches to a single one")
    return found[0]


def plain_tags(found: Any) -> dict[str, str]:
    """Tags of a described resource as a map."""
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


def without_aws(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without AWS's own, which the provider never shows."""
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}
