"""An API server in memory, as far as the joiner and Karpenter's host use one."""

from collections.abc import Mapping
from typing import Any

from sandbox.world.kubernetes import (
    CONFLICT,
    DAEMON_SETS,
    NODE_CLAIMS,
    NODES,
    NOT_FOUND,
    PODS,
    Document,
    Kubernetes,
    KubernetesError,
)


class FakeKubernetes(Kubernetes):
    """Nodes, pods and NodeClaims; `down` makes every call fail, `calls` tells what was asked."""

    def __init__(self) -> None:
        self.nodes: dict[str, Document] = {}
        self.pods: dict[str, Document] = {}
        self.claims: list[Document] = []
        self.daemon_sets: list[Document] = []
        self.tokens = 0
        self.down = False
        self.calls: list[str] = []

    def get(self, path: str, **parameters: str) -> Document:
        self._record("GET", path)
        name = path.rpartition("/")[2]
        if name not in self.nodes:
            raise KubernetesError(NOT_FOUND, f"{name} not found")
        return self.nodes[name]

    def items(self, path: str, **parameters: str) -> list[Document]:
        self._record("LIST", path)
        if path == PODS:
            node = parameters.get("fieldSelector", "").removeprefix("spec.nodeName=")
            return [pod for pod in self.pods.values() if not node or pod["spec"].get("nodeName") == node]
        lists = {NODES: [*self.nodes.values()], NODE_CLAIMS: self.claims, DAEMON_SETS: self.daemon_sets}
        return lists[path]

    def create(self, path: str, document: Mapping[str, Any]) -> Document:
        self._record("POST", path)
        if path.endswith("/token"):
            self.tokens += 1
            return {"status": {"token": f"token-{self.tokens}"}}
        name = document["metadata"]["name"]
        if name in self.nodes:
            raise KubernetesError(CONFLICT, f"{name} exists")
        self.nodes[name] = dict(document)
        return self.nodes[name]

    def patch_status(self, path: str, document: Mapping[str, Any]) -> None:
        self._record("PATCH", path)
        name = path.rpartition("/")[2]
        if name in self.pods:
            self.pods[name]["status"] = {**self.pods[name].get("status", {}), **document["status"]}
        if name in self.nodes:
            self.nodes[name] = _merged(self.nodes[name], document)

    def delete(self, path: str, **options: Any) -> None:
        self._record("DELETE", path)
        name = path.rpartition("/")[2]
        self.nodes.pop(name, None)
        self.pods.pop(name, None)

    def close(self) -> None:
        """Nothing to close."""

    def _record(self, verb: str, path: str) -> None:
        self.calls.append(f"{verb} {path}")
        if self.down:
            raise KubernetesError(0, f"{path}: refused")


def _merged(old: Any, new: Any) -> Any:
    """A strategic merge: maps by key, where None removes, and conditions by their type."""
    if isinstance(new, Mapping):
        merged = {**old, **{key: _merged(old.get(key, {}), value) for key, value in new.items()}}
        return {key: value for key, value in merged.items() if value is not None}
    if isinstance(new, list):
        return list({each["type"]: each for each in (*old, *new)}.values())
    return new
