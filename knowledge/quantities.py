"""Kubernetes quantities and Go durations: what they mean, or what is wrong with them.

Checked before anything is deployed, since the API server refuses the whole NodePool for one of them.
"""

import re
from decimal import Decimal
from typing import Literal, overload

from knowledge.fault import Fault, quoted

_SUFFIXES = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
"""As k8s.io/apimachinery/pkg/api/resource/quantity.go spells them; there is no `K`."""

_QUANTITY = re.compile(r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?P<suffix>[eE][+-]?\d+|[A-Za-z]*)")

_UNIT_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+")
_NODE_POOL_DURATION = re.compile(r"(?:[0-9]+(?:s|m|h))+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)")


def parse_quantity(text: str) -> Decimal | Fault:
    """The value of a quantity (`100Gi`, `1500m`, `4`, `1e3`) in base units: bytes, CPUs or pieces."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        cure = 'write a number and a suffix, such as "100Gi"'
        return Fault(f"{quoted(text)} is not a Kubernetes quantity", cure=cure)
    number, suffix = Decimal(match["number"]), match["suffix"]
    if number < 0:
        return Fault(f"{quoted(text)} is negative", "a quantity here is 0 or more")
    if suffix in _SUFFIXES:
        return number * _SUFFIXES[suffix]
    if re.fullmatch(r"[eE][+-]?\d+", suffix):
        return number.scaleb(int(suffix[1:]))
    meant = _meant(suffix)
    return Fault(
        f"{quoted(text)} is not a Kubernetes quantity",
        cure=f'use "{match["number"]}{meant}"'
        if meant
        else f"suffixes are {', '.join(filter(None, _SUFFIXES))}",
    )


def _meant(suffix: str) -> str:
    """The suffix that somebody who wrote this one has most likely in mind; empty where it cannot be
    guessed."""
    letter = suffix[:1].upper()
    if letter in {"K", "M", "G", "T", "P", "E"} and suffix[1:].lower() in {"", "b", "i", "ib"}:
        return f"{letter}i"
    return ""


@overload
def parse_duration(text: str, *, whole: bool = False) -> float | Fault: ...
@overload
def parse_duration(text: str, *, never: Literal[True]) -> float | Fault | None: ...
def parse_duration(text: str, *, whole: bool = False, never: bool = False) -> float | Fault | None:
    """Seconds of a Go duration (`30s`, `1.5h`, `100ms`), or the fault with its cure.

    `whole` is for the fields of a NodePool, whose schema allows whole hours, minutes and seconds only
    (`720h`, `1h30m`; karpenter.sh_nodepools.yaml of Karpenter 1.14.0), and `never` for those of them that
    may be `Never`, which is None.
    """
    if text == "Never" and never:
        return None
    whole = whole or never
    if (_NODE_POOL_DURATION if whole else _DURATION).fullmatch(text):
        return sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION_PART.findall(text))
    allowed = "a duration is numbers with h, m, s or ms, such as 10s, 500ms or 1m30s"
    if whole:
        allowed = "whole numbers with h, m or s are, such as 720h, 5m or 1h30m"
    if never:
        allowed += ", and Never"
    return Fault(f"{quoted(text)} is not a duration", allowed, _duration_cure(text, never=never))


def _duration_cure(text: str, *, never: bool) -> str:
    """What to write instead, where that can be guessed: days, a number without its unit, another spelling
    of `Never`."""
    if days := re.fullmatch(r"(\d+)\s*(?:d|days?)", text):
        return f'use "{int(days[1]) * 24}h"'
    if re.fullmatch(r"\d+", text):
        return f'name the unit: "{text}s", "{text}m" or "{text}h"'
    if never and text.lower() in {"never", "none", ""}:
        return 'use "Never"'
    return ""
