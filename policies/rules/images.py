"""Machine images that are known to be bad, on the nodes of a cluster in the same stack or on a platform's."""

import re
from collections.abc import Iterator
from typing import Any

from knowledge.compatibility.table import table
from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import get, items
from policies.references import practice
from policies.rule import Finding, Rule, Severity
from policies.rules.control_plane import ControlPlane
from policies.rules.instances import NODE_CLASS, NODE_GROUP
from policies.views import Resource, Stack

_ALIAS = re.compile(r"al2023@(?P<release>v\d{8})")
"""As Karpenter's EC2NodeClass names a release."""

_RELEASE_VERSION = re.compile(r"(?P<kubernetes>\d+\.\d+)\.\d+-(?P<day>\d{8})")
"""As EKS's node groups do: `1.35.0-20261012`."""


def _known_bad(stack: Stack, environment: Environment) -> Iterator[Finding]:
    del environment
    planes = [plane for resource in stack.resources for plane in ControlPlane.in_resource(resource)]
    minors: list[str | None] = [*{str(plane.get("version")) for plane in planes}] or [None]
    for resource in stack.resources:
        for where, release, kubernetes in _releases(resource):
            asked = [kubernetes] if kubernetes else minors
            if bad := next(filter(None, (table().bad_image(release, minor) for minor in asked)), None):
                cure = f"use {bad.mended}" if bad.mended else "use another release"
                yield Finding(where, Fault(f"{release}: {bad.problem}", bad.source.url, cure), resource)


def _releases(resource: Resource) -> Iterator[tuple[str, str, str | None]]:
    """Where a release of the EKS AL2023 image is named, which, and for which minor if that is said too."""
    if resource.type == NODE_CLASS:
        for index, term in enumerate(items(resource.properties, "spec", "amiSelectorTerms")):
            if named := _ALIAS.fullmatch(_text(get(term, "alias"))):
                yield f"spec.amiSelectorTerms[{index}].alias", named["release"], None
    version = get(resource.properties, "releaseVersion") if resource.type == NODE_GROUP else None
    if found := _RELEASE_VERSION.fullmatch(_text(version)):
        yield "releaseVersion", f"v{found['day']}", found["kubernetes"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


RULES = (
    Rule(
        id="ami-known-bad",
        summary="No image of a node is one that its publisher warns of.",
        severity=Severity.HIGH,
        references=practice("awslabs/amazon-eks-ami#2845"),
        url="https://github.com/awslabs/amazon-eks-ami/releases",
        remediation="Set `ami.release` to the release that mends it (`[[ami_bad]]` in "
        "knowledge/compatibility/table.toml).",
        stack_check=_known_bad,
    ),
)
