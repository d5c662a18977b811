"""A picture of the whole cluster: every object of every kind that the API server can list."""

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

from sandbox.stranger.pictures import Picture
from sandbox.world.kubernetes import NOT_FOUND, Document, Kubernetes, KubernetesError

TOO_MANY_REQUESTS = 429

OPENING_SECONDS = 10.0
"""How long the storage of a kind may take to open; it takes one or two."""

LEFT_OUT = frozenset({"componentstatuses", "events", "events.events.k8s.io", "leases.coordination.k8s.io"})
"""What tells of the passing moment only."""

BOOK_KEEPING = frozenset({"creationTimestamp", "generation", "managedFields", "resourceVersion"})
"""Metadata that the API server writes of how an object came to be what it is. The uid stays: an object that
was deleted and made again is another."""

OF_CONTROLLERS = frozenset({"node.alpha.kubernetes.io/ttl"})
"""Annotations that a controller keeps changing on what is not its own: how long kubelets may remember Secrets
depends on how many nodes there are (pkg/controller/ttl of Kubernetes)."""


def kubernetes_picture(kubernetes: Kubernetes) -> Picture:
    """What there is of everything, without status."""
    return {
        f"{name} {_place(item)}": _plain(_sealed(item) if name == "secrets" else item)
        for name, path in _kinds(kubernetes)
        if name not in LEFT_OUT
        for item in _items(kubernetes, path)
    }


def _items(kubernetes: Kubernetes, path: str) -> list[Document]:
    """The objects of a kind; none where its definition is going at this moment.

    The API server opens the storage of a defined kind at the first request, which it refuses meanwhile.
    """
    deadline = time.monotonic() + OPENING_SECONDS
    while True:
        try:
            items: list[Document] = kubernetes.get(path)["items"]
        except KubernetesError as error:
            if error.status == NOT_FOUND:
                return []
            if error.status != TOO_MANY_REQUESTS or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return items


def _kinds(kubernetes: Kubernetes) -> Iterator[tuple[str, str]]:
    """Name as kubectl has it and path of every kind that can be listed, each in its preferred version."""
    seen = set()
    for version in _versions(kubernetes):
        group = version.partition("/")[0] if "/" in version else ""
        path = f"/apis/{version}" if group else f"/api/{version}"
        for resource in kubernetes.get(path)["resources"]:
            name = f"{resource['name']}.{group}" if group else resource["name"]
            if "/" not in resource["name"] and "list" in resource["verbs"] and name not in seen:
                seen.add(name)
                yield name, f"{path}/{resource['name']}"


def _versions(kubernetes: Kubernetes) -> Iterator[str]:
    yield "v1"
    for group in kubernetes.get("/apis")["groups"]:
        yield group["preferredVersion"]["groupVersion"]
        yield from (each["groupVersion"] for each in group["versions"])


def _place(item: Document) -> str:
    metadata = item["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else metadata["name"]


def _sealed(secret: Document) -> Document:
    """A Secret that can be compared and not read."""
    data = json.dumps(secret.get("data"), sort_keys=True)
    return {**secret, "data": hashlib.sha256(data.encode()).hexdigest()}


def _plain(item: Document) -> dict[str, Any]:
    metadata = {key: value for key, value in item["metadata"].items() if key not in BOOK_KEEPING}
    annotations = metadata.pop("annotations", {})
    if kept := {key: value for key, value in annotations.items() if key not in OF_CONTROLLERS}:
        metadata["annotations"] = kept
    return {**{key: value for key, value in item.items() if key != "status"}, "metadata": metadata}
