"""A plan as a document: every resource with its inputs, in a stable order, with nothing secret in it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.engine.values import Properties

FORMAT = "eks-efa-karpenter/plan/1"
"""Grows when a key is renamed or changes its meaning."""


@dataclass(frozen=True)
class Planned:
    """One resource that the program asks for."""

    type: str
    """Pulumi's type token, such as `aws:ec2/vpc:Vpc`."""
    name: str
    """Name in the program."""
    urn: str
    """Identity: a resource with another URN is another resource, also where only its parent changed."""
    component: str
    """Name of the component that it is part of; empty at the top."""
    inputs: Properties
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    """Paths that the program itself wants a replacement for."""
    delete_before_replace: bool | None = None
    protect: bool = False
    retain: bool = False
    """Whether it is left alone when it goes from the program."""

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in every listing."""
        return self.type, self.name, self.urn


@dataclass(frozen=True, order=True)
class Violation:
    """A rule of the policy pack that a plan violates."""

    rule: str
    level: str
    """`mandatory` for one that stops a deployment, or `advisory`."""
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.rule} ({self.level}): {self.message}"


@dataclass(frozen=True)
class Plan:
    """What the program asks for in one stack."""

    stack: str
    region: str
    resources: tuple[Planned, ...]
    """By type and name."""
    outputs: Properties
    assumptions: tuple[str, ...] = ()
    """What was taken to be so since no account was asked, a line each."""

    violations: tuple[Violation, ...] = ()
    """What the program's own policy pack says against it."""

    doubts: tuple[str, ...] = ()
    """What was taken to be so though the list of one day that stands in for AWS does not have it."""

    warnings: tuple[str, ...] = ()
    """What the program warns of."""

    @classmethod
    def of(
        cls,
        stack: str,
        region: str,
        resources: Iterable[Planned],
        outputs: Properties,
        assumptions: Iterable[str] = (),
        violations: Iterable[Violation] = (),
        *,
        doubts: Iterable[str] = (),
        warnings: Iterable[str] = (),
    ) -> "Plan":
        """Put everything into its order; registrations come from several threads."""
        in_order = tuple(sorted(resources, key=lambda resource: resource.place))
        taken, doubted, told = (tuple(sorted(set(lines))) for lines in (assumptions, doubts, warnings))
        return cls(stack, region, in_order, outputs, taken, tuple(sorted(violations)), doubted, told)

    def to_json(self) -> str:
        """One line of JSON; equal plans give equal text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what `to_json` has written; ValueError for anything else."""
        content = json.loads(text)
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise ValueError(f"not a plan of the form {FORMAT}")
        return cls(
            stack=content["stack"],
            region=content["region"],
            resources=tuple(_planned(each) for each in content["resources"]),
            outputs=content["outputs"],
            assumptions=tuple(content["assumptions"]),
            violations=tuple(Violation(**each) for each in content["violations"]),
            doubts=tuple(content["doubts"]),
            warnings=tuple(content["warnings"]),
        )


def _planned(content: Mapping[str, Any]) -> Planned:
    lists = {key: tuple(content[key]) for key in ("ignore_changes", "replace_on_changes")}
    return Planned(**{**content, **lists})
