"""Changes to a node group's size, labels and taints, each from what is there and what a call asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.aws.errors import invalid

TAINT_EFFECTS = ("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE")


def scaling(present: Mapping[str, int], asked: Mapping[str, int] | None) -> dict[str, int]:
    """The new sizes, or EKS's error where minimum, desired and maximum are out of order."""
    sizes = {**present, **(asked or {})}
    least, desired, most = sizes["minSize"], sizes["desiredSize"], sizes["maxSize"]
    if most < 1:
        raise invalid("Maximum capacity must be at least 1")
    if least > desired:
        raise invalid(f"desired capacity {desired} can't be less than minimum size {least}")
    if desired > most:
        raise invalid(f"desired capacity {desired} can't be greater than max size {most}")
    return sizes


def labels(present: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, str]:
    """Labels after `addOrUpdateLabels` and `removeLabels`."""
    removed = set(asked.get("removeLabels") or [])
    kept = {key: value for key, value in present.items() if key not in removed}
    return kept | dict(asked.get("addOrUpdateLabels") or {})


def taints(present: Sequence[Mapping[str, str]], asked: Mapping[str, Any]) -> list[dict[str, str]]:
    """Taints after `addOrUpdateTaints` and `removeTaints`; a taint is known by key and effect."""
    added = valid_taints(asked.get("addOrUpdateTaints") or [])
    gone = {_identity(taint) for taint in (*added, *(asked.get("removeTaints") or []))}
    return [dict(taint) for taint in present if _identity(taint) not in gone] + added


def valid_taints(asked: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The taints, or EKS's error where an effect is not one of its own spelling."""
    for taint in asked:
        if taint.get("effect") not in TAINT_EFFECTS:
            raise invalid(f"taint effect {taint.get('effect')} is not one of {', '.join(TAINT_EFFECTS)}")
    return [dict(taint) for taint in asked]


def _identity(taint: Mapping[str, str]) -> tuple[str | None, str | None]:
    return taint.get("key"), taint.get("effect")
