"""Kubernetes objects of any kind: server-side apply, and deletion that says what holds it up."""

from typing import Any

from sandbox.engine.errors import SandboxError
from sandbox.engine.handler import Handler
from sandbox.engine.handlers.aggregated_roles import collects, keep_away
from sandbox.engine.handlers.definitions import DEFINITION, open_storage
from sandbox.engine.handlers.kubernetes_holders import holders
from sandbox.engine.kubernetes_kinds import Kind, Manifest
from sandbox.engine.values import Properties
from sandbox.engine.world import World

SERVED_SECONDS = 60
"""How long a kind may take to be served after the chart or the CRD that brings it."""

GONE_SECONDS = 600
"""How long an object's finalizers may take: a NodePool goes after its last node is drained and terminated."""

_CLUSTER_SCOPED = None


class KubernetesObject(Handler):
    """`kubernetes:<group>/<version>:<Kind>`. Its id is `namespace/name`, or `name`."""

    replace_on = frozenset({"apiVersion", "kind", "metadata.name", "metadata.namespace"})
    identity = frozenset[str]()

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Apply, once the API server knows the kind. Applying twice is one object."""
        kind = self._served(world, inputs)
        manifest = {**inputs, "metadata": {"name": name, **inputs.get("metadata", {})}}
        namespace, object_name = _place(kind, manifest)
        applied = self._apply(world, kind, namespace, object_name, manifest)
        return f"{namespace}/{object_name}" if namespace else object_name, applied

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Apply again; fields that are left out now go."""
        kind = self._served(world, new_inputs)
        _, _, name = id.rpartition("/")
        manifest = {**new_inputs, "metadata": {"name": name, **new_inputs.get("metadata", {})}}
        namespace, name = _place(kind, manifest)
        return self._apply(world, kind, namespace, name, manifest)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Ask for deletion and wait for the finalizers; SandboxError names what holds it for too long.

        One of the same name that somebody else has made meanwhile is not waited for.
        """
        kind = world.kubernetes.kind(inputs["apiVersion"], inputs["kind"])
        if kind is None:  # its definition went, and the object with it
            return
        namespace, _, name = id.rpartition("/")
        left: Manifest = world.kubernetes.get(kind, namespace or None, name) or {}
        asked = _uid(left)
        if left and kind.kind == DEFINITION:
            open_storage(world.kubernetes, left)
        world.kubernetes.delete(kind, namespace or None, name)

        def gone() -> bool:
            nonlocal left
            left = world.kubernetes.get(kind, namespace or None, name) or {}
            return not left or _uid(left) != asked

        world.wait(
            gone, GONE_SECONDS, lambda: f"{kind.kind} {name} to be gone: {holders(world.kubernetes, left)}"
        )
        if collects(inputs):
            keep_away(world, kind, name)

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """The object as the API server has it."""
        kind = world.kubernetes.kind(inputs["apiVersion"], inputs["kind"])
        namespace, _, name = id.rpartition("/")
        found = world.kubernetes.get(kind, namespace or None, name) if kind else None
        return _shown(found) if found else None

    def _served(self, world: World, inputs: Properties) -> Kind:
        if "apiVersion" not in inputs or "kind" not in inputs:
            remedy = "register objects one by one, or extend sandbox/engine/handlers/kubernetes_objects.py"
            raise SandboxError("kubernetes", "only single objects are supported", remedy)
        found: list[Kind] = []

        def served() -> bool:
            kind = world.kubernetes.kind(inputs["apiVersion"], inputs["kind"])
            found.extend([kind] if kind else [])
            return bool(found)

        wanted = f"{inputs['apiVersion']} {inputs['kind']}"
        world.wait(served, SERVED_SECONDS, lambda: f"the API server to serve {wanted}; is its CRD installed?")
        return found[0]

    def _apply(
        self, world: World, kind: Kind, namespace: str | None, name: str, manifest: Manifest
    ) -> Properties:
        applied = world.kubernetes.apply(kind, namespace, name, manifest)
        if kind.kind == DEFINITION:

            def established() -> bool:
                found = world.kubernetes.get(kind, namespace, name) or {}
                return _condition(found, "Established")

            world.wait(established, SERVED_SECONDS, lambda: f"{name} to be established")
        return _shown(applied)


def _condition(manifest: Manifest, name: str) -> bool:
    conditions: list[dict[str, Any]] = (manifest.get("status") or {}).get("conditions") or []
    return any(found["type"] == name and found["status"] == "True" for found in conditions)


def _place(kind: Kind, manifest: Manifest) -> tuple[str | None, str]:
    metadata = manifest["metadata"]
    if not kind.namespaced:
        return _CLUSTER_SCOPED, metadata["name"]
    return metadata.get("namespace", "default"), metadata["name"]


def _shown(manifest: Manifest) -> Properties:
    """An object without the API server's book-keeping of who manages which field."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "managedFields"}
    return {**manifest, "metadata": metadata}


def _uid(found: Manifest) -> str | None:
    uid: str | None = found.get("metadata", {}).get("uid")
    return uid
