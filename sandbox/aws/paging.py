"""Pages of a listing, with the position in it as the token."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sandbox.aws.errors import AwsError
from sandbox.aws.registry import Parameters

Item = TypeVar("Item")


def page(
    items: Sequence[Item], parameters: Parameters, most: int, lower_case: bool = False
) -> tuple[list[Item], dict[str, Any]]:
    """The page that a call asks for, and the token for the next one as a dictionary to merge into the answer.

    `most` is the page size where the caller names none, as the service has it. EC2 writes `MaxResults` and
    `NextToken`, EKS the same in lower case.
    """
    size_name, token_name = ("maxResults", "nextToken") if lower_case else ("MaxResults", "NextToken")
    token = parameters.get(token_name) or "0"
    if not token.isdecimal():
        raise AwsError("InvalidNextToken", f"{token_name} {token!r} was not handed out by an earlier call.")
    start = int(token)
    end = start + int(parameters.get(size_name) or most)
    following = {token_name: str(end)} if end < len(items) else {}
    return list(items[start:end]), following
