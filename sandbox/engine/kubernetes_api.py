"""The local control plane's API for objects of any kind: discovery, server-side apply, delete.

lightkube reads the kubeconfig and makes the HTTP client; its typed resources are not used, since what is
applied here is known only as apiVersion and kind.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

import httpx2
from lightkube.config.client_adapter import Client, ConnectionParams
from lightkube.config.kubeconfig import KubeConfig
from lightkube.core.exceptions import ConfigError

from sandbox.engine.errors import SandboxError, UnreachableError, flat
from sandbox.engine.kubernetes_kinds import Kind, Manifest

FIELD_MANAGER = "eks-efa-sandbox"

PATIENCE_SECONDS = 5.0
"""How long a refused connection or a busy API server is tried again."""

_WORKLOADS = ("apps/v1", "batch/v1")


class KubernetesApi:
    """A client of one API server. Safe for several threads."""

    def __init__(self, kubeconfig: Path) -> None:
        """Raises UnreachableError where there is no kubeconfig."""
        try:
            config = KubeConfig.from_file(kubeconfig).get()
        except (ConfigError, OSError) as error:
            raise UnreachableError(str(kubeconfig), flat(str(error)), "start the sandbox first") from error
        if config is None:
            raise UnreachableError(str(kubeconfig), "no current context", "start the sandbox first")
        self._client = Client(config, ConnectionParams(timeout=httpx2.Timeout(30.0), trust_env=False))
        self.endpoint = config.cluster.server
        self.patience = PATIENCE_SECONDS
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._lock = Lock()

    def _send(self, method: str, path: str, **arguments: Any) -> httpx2.Response:
        """Send a request; a refused connection and "too many requests" are tried again for a few seconds."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                response = self._client.request(method, path, **arguments)
            except httpx2.TransportError as error:
                if time.monotonic() > deadline:
                    raise UnreachableError(
                        self.endpoint, flat(str(error)), "start the sandbox first"
                    ) from error
            else:
                if response.status_code not in (429, 503) or time.monotonic() > deadline:
                    return response
            time.sleep(0.25)

    def _json(self, response: httpx2.Response) -> Manifest:
        content: Manifest = {}
        try:
            content = response.json()
        except ValueError:
            content = {"message": response.text[:200]}
        if response.is_error:
            fault = f"{response.status_code}: {flat(str(content.get('message', '')))}"
            raise SandboxError("Kubernetes", fault)
        return content

    def instance(self) -> str:
        """What tells this control plane from any other: the uid of its kube-system namespace."""
        return str(self._json(self._send("GET", "/api/v1/namespaces/kube-system"))["metadata"]["uid"])

    def kind(self, api_version: str, kind: str) -> Kind | None:
        """The kind, or None while the API server does not serve it."""
        with self._lock:
            known = self._kinds.get((api_version, kind))
        if known is not None:
            return known
        root = "api" if "/" not in api_version else "apis"
        response = self._send("GET", f"/{root}/{api_version}")
        if response.status_code == 404:
            return None
        for item in self._json(response).get("resources", []):
            if "/" not in item["name"]:
                found = Kind(api_version, item["kind"], item["name"], item["namespaced"])
                with self._lock:
                    self._kinds[(api_version, item["kind"])] = found
        return self._kinds.get((api_version, kind))

    def get(self, kind: Kind, namespace: str | None, name: str) -> Manifest | None:
        """The object, or None."""
        response = self._send("GET", kind.path(namespace, name))
        return None if response.status_code == 404 else self._json(response)

    def list(self, kind: Kind, namespace: str | None = None, labels: str = "") -> Iterable[Manifest]:
        """Objects of a kind in a namespace or in all, by label selector."""
        response = self._send(
            "GET", kind.path(namespace), params={"labelSelector": labels} if labels else None
        )
        items: list[Manifest] = [] if response.status_code == 404 else self._json(response).get("items", [])
        return items

    def apply(self, kind: Kind, namespace: str | None, name: str, manifest: Manifest) -> Manifest:
        """Server-side apply, taking over fields that others manage."""
        response = self._send(
            "PATCH",
            kind.path(namespace, name),
            params={"fieldManager": FIELD_MANAGER, "force": "true"},
            json=manifest,
            headers={"Content-Type": "application/apply-patch+yaml"},  # JSON is YAML
        )
        return self._json(response)

    def delete(self, kind: Kind, namespace: str | None, name: str) -> None:
        """Ask for deletion; a workload's pods go first, and an absent object is fine."""
        # Foreground deletion is the garbage collector's work, and that takes up to 30 s to notice a new CRD.
        policy = "Foreground" if kind.api_version in _WORKLOADS else "Background"
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy}
        response = self._send("DELETE", kind.path(namespace, name), json=options)
        if response.status_code != 404:
            self._json(response)
