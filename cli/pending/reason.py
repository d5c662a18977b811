"""A reason why a pod waits."""

from dataclasses import dataclass

LONGEST = 240
"""Characters of a reason; Karpenter's own can be thousands."""


@dataclass(frozen=True)
class Reason:
    """Why a pod waits. `final`: no node of this cluster, and none that Karpenter may launch, will ever do."""

    text: str
    final: bool = False


def cut(text: str) -> str:
    """The text, no longer than a line can be."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}..."
