"""Kubernetes objects and the pods described inside them, whichever resource they come in.

A pod is described in many places: in a Deployment's template, in each role of an MPIJob, in each entry of a
JobSet's list of jobs, in whatever kind comes next. All have a list `containers` in common, so that is what is
looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policies.reading import UNKNOWN, Properties, get, items
from policies.views import Resource

RELEASE = "kubernetes:helm.sh/v3:Release"
_NO_OBJECTS = ("kubernetes:helm.sh/", "kubernetes:yaml/")


@dataclass(frozen=True)
class KubernetesObject:
    """One object as it is sent to the API server."""

    body: Properties

    def get(self, *keys: str) -> Any:
        """What lies below the keys."""
        return get(self.body, *keys)

    @property
    def kind(self) -> str:
        """Such as `Deployment`."""
        return str(self.get("kind"))

    @property
    def name(self) -> str:
        """Name in the cluster; empty where Pulumi makes one up."""
        return self.get("metadata", "name") or ""

    @property
    def namespace(self) -> str:
        """Namespace; the API server's default where it names none."""
        return self.get("metadata", "namespace") or "default"


@dataclass(frozen=True)
class Pod:
    """The description of a pod inside an object."""

    owner: KubernetesObject
    where: str
    """Path of its spec in the object."""
    spec: Properties

    @property
    def service_account(self) -> str:
        """Whom its processes are for the API server."""
        return get(self.spec, "serviceAccountName") or "default"

    def containers(self) -> Iterator[tuple[str, Properties]]:
        """Each container with its path, those that only start the pod included."""
        for key in ("initContainers", "containers"):
            for index, container in enumerate(items(self.spec, key)):
                yield f"{self.where}.{key}[{index}]", container

    def identity(self, container: Properties | None = None) -> str:
        """What an exemption names: namespace, service account and image of a container, the first one where
        none is given."""
        named = container if container is not None else items(self.spec, "containers")[0]
        return f"{self.owner.namespace}/{self.service_account}/{get(named, 'image')}"


def objects_in(resource: Resource) -> Iterator[KubernetesObject]:
    """The Kubernetes object that a resource is; nothing for charts and for what is not in Kubernetes."""
    if resource.type.startswith("kubernetes:") and not resource.type.startswith(_NO_OBJECTS):
        yield KubernetesObject(resource.properties)


def pods_in(resource: Resource) -> Iterator[Pod]:
    """Every pod that a resource describes."""
    for owner in objects_in(resource):
        if owner.kind != "CustomResourceDefinition":
            for key, part in owner.body.items():
                for where, spec in _pod_specs(key, part):
                    yield Pod(owner, where, spec)


def _pod_specs(where: str, value: Any) -> Iterator[tuple[str, Properties]]:
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from _pod_specs(f"{where}[{index}]", part)
    if not isinstance(value, dict):
        return
    if _are_containers(value.get("containers")):
        yield where, value
        return
    for key, part in value.items():
        yield from _pod_specs(f"{where}.{key}", part)


def _are_containers(value: Any) -> bool:
    """Whether it is a list of objects; some kinds list names of containers under the same key."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) or each is UNKNOWN for each in value)
    )


def chart_name(release: Resource) -> str:
    """Last part of a release's chart: `karpenter` for `oci://public.ecr.aws/karpenter/karpenter`."""
    return str(get(release.properties, "chart") or "").rpartition("/")[2]
