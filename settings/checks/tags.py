"""Checks of `owner` and `tags`: they go on every resource, so every service and Karpenter must take them."""

import re
from collections.abc import Iterator

from settings.faults import Fault
from settings.places import render
from settings.reading import StackReading
from settings.survey import Account
from settings.words import quoted

RESERVED_PREFIXES: tuple[tuple[str, str], ...] = (
    ("aws:", "AWS keeps it"),
    ("eks:", "EKS keeps it"),
    ("karpenter.sh/", "Karpenter keeps it"),
    ("karpenter.k8s.aws/", "Karpenter keeps it"),
    ("kubernetes.io/cluster", "it says which cluster owns a resource"),
    ("eks-efa/", "this program keeps it"),
)
"""`spec.tags` of an EC2NodeClass refuses most of these (Karpenter 1.14.0); `aws:` is refused everywhere."""

LONGEST_KEY, LONGEST_VALUE = 127, 255
"""EC2 API reference, Tag; other services allow one more of each."""

_CHARACTERS = re.compile(r"[\w .:/=+\-@]*")
"""IAM API reference, tagKeyType and tagValueType; EC2 would take more."""


def check_tags(reading: StackReading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the owner and the tags; the account has no say in it."""
    del account
    if reading.owner is not None:
        yield from _value("owner", reading.owner)
        if not reading.owner.strip():
            yield Fault("owner", "empty", cure="name a team or a person")
    # `owner` is a tag of the program's own, and to IAM keys that differ in case only are one key.
    spelling = {"owner": "owner"}
    for key, value in (reading.tags or {}).items():
        path = render(("tags", key))
        yield from _key(path, key)
        yield from _value(path, value)
        twin = spelling.setdefault(key.lower(), key)
        if twin != key:
            yield Fault(
                path, f'"{key}" differs from the tag "{twin}" in case only', "IAM takes them for one key"
            )


def _key(path: str, key: str) -> Iterator[Fault]:
    if reason := next((why for prefix, why in RESERVED_PREFIXES if key.lower().startswith(prefix)), ""):
        yield Fault(path, "reserved prefix", reason, "use a prefix of your own")
    if not key or len(key) > LONGEST_KEY or not _CHARACTERS.fullmatch(key):
        yield Fault(path, f"{quoted(key)} is not the key of a tag", _allowed(1, LONGEST_KEY))


def _value(path: str, value: str) -> Iterator[Fault]:
    if len(value) > LONGEST_VALUE or not _CHARACTERS.fullmatch(value):
        yield Fault(path, f"{quoted(value)} is not the value of a tag", _allowed(0, LONGEST_VALUE))


def _allowed(least: int, most: int) -> str:
    return f"{least} to {most} letters, digits, spaces and _ . : / = + - @"
