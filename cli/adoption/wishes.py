"""What a stack would make in a cluster, by the names it would have there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.document import Plan, Planned

HELM_RELEASE = "kubernetes:helm.sh/v3:Release"


@dataclass(frozen=True)
class Wish:
    """An object, or a Helm release."""

    part: str
    """Component that makes it, such as `eks-efa:nccl:MpiOperator`."""
    api_version: str
    """Empty for a release."""
    kind: str
    namespace: str | None
    name: str

    @property
    def is_release(self) -> bool:
        """Whether Helm knows it, and not the API server."""
        return not self.api_version

    def __str__(self) -> str:
        """As `kubectl` would name it."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def wishes_of(plan: Plan, deployed: Iterable[str]) -> tuple[Wish, ...]:
    """Everything in Kubernetes that the plan has and that is not `deployed` yet, which are URNs."""
    there = frozenset(deployed)
    new = (planned for planned in plan.resources if planned.urn not in there)
    return tuple(wish for planned in new for wish in _wish(planned))


def _wish(planned: Planned) -> Iterator[Wish]:
    inputs, part = planned.inputs, _part(planned)
    if planned.type == HELM_RELEASE:
        yield Wish(part, "", "Helm release", inputs.get("namespace"), inputs["name"])
    elif planned.type.startswith("kubernetes:"):
        metadata = inputs["metadata"]
        # One that the API server names itself is in nobody's way.
        if name := metadata.get("name"):
            yield Wish(part, inputs["apiVersion"], inputs["kind"], metadata.get("namespace"), name)


def _part(planned: Planned) -> str:
    """The component that the resource is a child of: the last but one type in its URN."""
    types = planned.urn.split("::")[2].split("$")
    return types[-2] if len(types) > 1 else ""
