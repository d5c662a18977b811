"""Comparing release numbers as their projects write them: `2.1.0amzn3.0`, `v1.13.2-aws`, `580.159.03`."""

import re
from collections.abc import Iterable

_RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)(?:amzn(\d+(?:\.\d+)*))?(?:[-+].*)?")
"""Numbers, then perhaps AWS's own revision of them. What follows a dash says how it was built or packed."""


def is_release(text: str) -> bool:
    """Whether the text is a release number, not a branch or a word such as `latest`."""
    return _RELEASE.fullmatch(text) is not None


def compare(one: str, other: str) -> int:
    """Below, at or above 0 as `one` is older than, the same as or newer than `other`.

    They are compared as far as both go: NCCL's log knows libfabric as 2.1, which is no older than
    2.1.0amzn3.0, and some sources leave AWS's revision out. Raises ValueError for what is no release.
    """
    for mine, others in zip(_parts(one), _parts(other), strict=True):
        length = min(len(mine), len(others))
        if mine[:length] != others[:length]:
            return 1 if mine > others else -1
    return 0


def newest(releases: Iterable[str]) -> str:
    """The newest of several releases; ValueError for none."""
    return max(releases, key=_parts)


def minor(release: str) -> str:
    """Major and minor alone: `13.0` of `13.0.2`."""
    numbers, _ = _parts(release)
    return ".".join(str(number) for number in numbers[:2])


def _parts(release: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers, and those of AWS's revision."""
    match = _RELEASE.fullmatch(release)
    if match is None:
        raise ValueError(f'"{release}" is not a release')
    return _numbers(match[1]), _numbers(match[2])


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(".")) if text else ()
