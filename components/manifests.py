"""Objects of a manifest that somebody else publishes, each registered as a resource of its own.

Not as a `kubernetes.yaml.v2.ConfigGroup`: such a group is made by the provider, which refuses to where it
does not reach the cluster (`Construct` in provider_construct.go of pulumi/pulumi-kubernetes). Nobody outside
the VPC could preview then, and the first preview would not show what is in the group.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
import yaml

Manifest = dict[str, Any]
"""One Kubernetes object."""

_RANK = {"Namespace": 0, "CustomResourceDefinition": 0, "Deployment": 2}
"""What others live in or are made of comes first, what starts to work comes last, everything else between."""


def objects_of(text: str) -> list[Manifest]:
    """The objects of a manifest, in its own order."""
    # libyaml's loader takes a tenth of a second less for each 100 KB of CRD than Python's own.
    return [each for each in yaml.load_all(text, Loader=yaml.CSafeLoader) if each]


def in_waves(objects: Sequence[Manifest]) -> list[list[Manifest]]:
    """The objects in the order in which they can be made; those of one wave do not need each other."""
    ranks = sorted({_rank(each) for each in objects})
    return [[each for each in objects if _rank(each) == rank] for rank in ranks]


def _rank(manifest: Manifest) -> int:
    return _RANK.get(manifest["kind"], 1)


def resource_type(manifest: Manifest) -> str:
    """What Pulumi calls the type of an object, such as `kubernetes:core/v1:Namespace`."""
    api_version: str = manifest["apiVersion"]
    group_version = api_version if "/" in api_version else f"core/{api_version}"
    return f"kubernetes:{group_version}:{manifest['kind']}"


def register_objects(
    name: str, objects: Sequence[Manifest], opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Register the objects wave after wave, so that they are also deleted in order; all of them, as made."""
    made: list[pulumi.Resource] = []
    for wave in in_waves(objects):
        after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(made)))
        made += [
            pulumi.CustomResource(
                resource_type(each),
                f"{name}-{each['kind'].lower()}-{each['metadata']['name']}",
                each,
                after,
            )
            for each in wave
        ]
    return made
