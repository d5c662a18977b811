"""Asks AWS one thing by Pulumi, and tells an answer, an absence and a failure apart."""

import re
from collections.abc import Callable
from textwrap import shorten
from typing import TypeVar

from settings.facts import FactsError

Answer = TypeVar("Answer")

LONGEST_MESSAGE = 500
"""Of what AWS said; where it may not tell, EC2 adds a kilobyte of it in cipher."""

_ABSENT = (
    "no matching",  # the provider's own words for an empty answer
    "couldn't find resource",
    "query returned no results",  # of route tables
    "empty result",
    ".NotFound",  # InvalidVpcID.NotFound and its like
    "ParameterNotFound",
    "ResourceNotFoundException",  # of EKS
)


_WRAPPING = re.compile(
    r"^(invoke of \S+ failed: )?(invocation of \S+ returned an error: )?(invoking \S+: )?"
    r"(\d+ errors? occurred: \* )?|( \(\S*\))?$"
)
"""What Pulumi puts around the words of AWS (pulumi/runtime/invoke.py of the Python SDK, and its engine)."""


def ask(look_up: Callable[[], Answer]) -> Answer:
    """The answer of AWS; FactsError, with its words in one line, where a lookup fails.

    Pulumi raises a bare Exception for that, and an exception of another kind for a fault in the program.
    """
    try:
        return look_up()
    except Exception as error:
        if type(error) is not Exception:
            raise
        words = _WRAPPING.sub("", " ".join(str(error).split()))
        raise FactsError(shorten(words, LONGEST_MESSAGE, placeholder=" ...")) from error


def unless_absent(look_up: Callable[[], Answer]) -> Answer | None:
    """The answer, or None where AWS has no such thing; FactsError as `ask`."""
    try:
        return ask(look_up)
    except FactsError as error:
        if not any(sign in str(error.__cause__) for sign in _ABSENT):
            raise
        return None
