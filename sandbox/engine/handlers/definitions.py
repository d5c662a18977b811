"""Custom resource definitions that are about to go, and why the API server must be warned."""

from typing import TYPE_CHECKING

from sandbox.engine.kubernetes_kinds import Kind, Manifest

if TYPE_CHECKING:
    from sandbox.engine.kubernetes_api import KubernetesApi

DEFINITION = "CustomResourceDefinition"

OWNER = "meta.helm.sh/release-name"
"""Annotation of every object that helm made."""


def open_storages(kubernetes: "KubernetesApi", release: str) -> None:
    """Do as `open_storage` does for each kind that the release has defined."""
    definitions = kubernetes.kind("apiextensions.k8s.io/v1", DEFINITION)
    for definition in kubernetes.list(definitions) if definitions else ():
        if definition["metadata"].get("annotations", {}).get(OWNER) == release:
            open_storage(kubernetes, definition)


def open_storage(kubernetes: "KubernetesApi", definition: Manifest) -> None:
    """Ask once for the objects of the kind that is defined.

    The API server opens the storage of a kind at the first request for it. Where that is the deletion of the
    definition itself, the storage may not be ready; the API server's next try then meets a conflict with its
    own note of the failure and gives up, until it looks at all definitions again five minutes later
    (apiextensions-apiserver v0.35, pkg/controller/finalizer/crd_finalizer.go). Karpenter's NodeOverlay is
    such a kind: nobody asks for one while its feature gate is off.
    """
    kubernetes.list(_defined(definition["spec"]))


def _defined(spec: Manifest) -> Kind:
    """The kind that a definition defines, in the first version that is served."""
    version = next(version["name"] for version in spec["versions"] if version["served"])
    names = spec["names"]
    return Kind(f"{spec['group']}/{version}", names["kind"], names["plural"], spec["scope"] == "Namespaced")
