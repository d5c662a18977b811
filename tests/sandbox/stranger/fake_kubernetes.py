"""An API server in memory, as far as the stranger's script uses one."""

from collections.abc import Mapping
from typing import Any

from sandbox.world.kubernetes import CONFLICT, NOT_FOUND, Document, Kubernetes, KubernetesError


class FakeKubernetes(Kubernetes):
    """Objects by path. A path that ends in a kind is a list of those below it."""

    def __init__(self) -> None:
        self.objects: dict[str, Document] = {}

    def get(self, path: str, **parameters: str) -> Document:
        if path in self.objects:
            return self.objects[path]
        if path.rpartition("/")[2] in ("nodes", "pods"):
            return {"items": [each for where, each in self.objects.items() if where.startswith(f"{path}/")]}
        raise KubernetesError(NOT_FOUND, f"{path} not found")

    def create(self, path: str, document: Mapping[str, Any]) -> Document:
        place = f"{path}/{document['metadata']['name']}"
        if place in self.objects:
            raise KubernetesError(CONFLICT, f"{place} exists")
        metadata = {**document["metadata"], "uid": str(len(self.objects))}
        self.objects[place] = {**document, "metadata": metadata}
        return self.objects[place]
