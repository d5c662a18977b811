"""EC2's filters: names joined by and, values of one name by or, with wildcards, and tags everywhere."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Parameters

Values = str | Iterable[str] | None


def matches(parameters: Parameters, tags: Mapping[str, str], value_of: Callable[[str], Values]) -> bool:
    """Whether a resource passes a call's `Filters`.

    `value_of` gives the resource's value for a filter name, several, or None where it has none;
    it raises KeyError for a name that does not exist, which becomes EC2's error.
    """
    return all(
        _one(str(item["Name"]), item.get("Values") or [], tags, value_of)
        for item in parameters.get("Filters") or []
    )


def _one(
    name: str, patterns: Iterable[str], tags: Mapping[str, str], value_of: Callable[[str], Values]
) -> bool:
    found: Values
    if name.startswith("tag:"):
        found = tags.get(name.removeprefix("tag:"))
    elif name == "tag-key":
        found = list(tags)
    else:
        try:
            found = value_of(name)
        except KeyError as error:
            raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid") from error
    if found is None:
        return False
    values = [found] if isinstance(found, str) else list(found)
    return any(_pattern(pattern).fullmatch(value) for value in values for pattern in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` is any text and `?` any character; a backslash takes that meaning from the next one.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
    """
    wildcards = {"*": ".*", "?": "."}
    pieces = re.findall(r"\\.|.", text, re.DOTALL)
    return re.compile("".join(wildcards.get(piece) or re.escape(piece[-1]) for piece in pieces), re.DOTALL)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as EC2 lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_for(resource_type: str, specifications: Iterable[Mapping[str, object]] | None) -> dict[str, str]:
    """The tags that a call's `TagSpecifications` give to one resource type."""
    tags: dict[str, str] = {}
    for specification in specifications or ():
        listed = specification.get("Tags")
        if specification.get("ResourceType") == resource_type and isinstance(listed, list):
            tags |= {str(tag["Key"]): str(tag.get("Value", "")) for tag in listed}
    return tags
