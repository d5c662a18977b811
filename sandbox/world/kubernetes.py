"""The local API server, spoken to in plain JSON: the world writes nodes and reads a few kinds, nothing typed.

lightkube reads the kubeconfig and makes the HTTP client; its typed objects would only be made of dictionaries
and turned back into dictionaries here, a hundred nodes at a time.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from lightkube.config.client_adapter import Client, ConnectionParams
from lightkube.config.kubeconfig import KubeConfig

NODES = "/api/v1/nodes"
PODS = "/api/v1/pods"
DEPLOYMENTS = "/apis/apps/v1/deployments"
DAEMON_SETS = "/apis/apps/v1/daemonsets"
NODE_CLAIMS = "/apis/karpenter.sh/v1/nodeclaims"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

NOT_FOUND = 404
CONFLICT = 409

FIELD_MANAGER = "eks-efa-world"

Document = dict[str, Any]


def rfc3339(time: datetime) -> str:
    """A time, in UTC, as the API server writes it: without fractions of a second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_going(document: Mapping[str, Any]) -> bool:
    """Whether an object is being deleted."""
    return "deletionTimestamp" in document["metadata"]


def pod_path(pod: Mapping[str, Any]) -> str:
    """Where the API server has a pod."""
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


class KubernetesError(Exception):
    """The API server refused, or did not answer (`status` 0)."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the HTTP status, for those who can live with some."""
        super().__init__(message)
        self.status = status


class Kubernetes:
    """A client of one API server. Safe for several threads. All calls raise KubernetesError."""

    def __init__(self, kubeconfig: Path, timeout_seconds: float = 10.0) -> None:
        """Read the kubeconfig's current context; no proxy of the user's environment comes between."""
        config = KubeConfig.from_file(kubeconfig).get()
        if config is None:
            raise KubernetesError(0, f"{kubeconfig} has no current context")
        self._http = Client(config, ConnectionParams(httpx2.Timeout(timeout_seconds), trust_env=False))

    def get(self, path: str, **parameters: str) -> Document:
        """One object, or a list of a kind."""
        return self._call("GET", path, params=parameters)

    def items(self, path: str, **parameters: str) -> list[Document]:
        """The objects of a list; none where the kind is not defined. The answer may be a moment old."""
        try:
            # Version 0 is answered from the API server's memory instead of etcd's.
            items: list[Document] = self.get(path, resourceVersion="0", **parameters).get("items", [])
        except KubernetesError as error:
            if error.status != NOT_FOUND:
                raise
            return []
        return items

    def create(self, path: str, document: Mapping[str, Any]) -> Document:
        """Create an object in the list `path`."""
        return self._call("POST", path, json=document)

    def apply(self, path: str, document: Mapping[str, Any]) -> Document:
        """Server-side apply of one object, taking over fields that others manage."""
        return self._call(
            "PATCH",
            path,
            params={"fieldManager": FIELD_MANAGER, "force": "true"},
            json=document,
            headers={"Content-Type": "application/apply-patch+yaml"},  # JSON is YAML
        )

    def replace(self, path: str, document: Mapping[str, Any]) -> Document:
        """Update of one object, which fails with CONFLICT where it has changed since it was read."""
        return self._call("PUT", path, json=document)

    def patch_status(self, path: str, document: Mapping[str, Any]) -> None:
        """Strategic merge patch of one object's status, and of a node's metadata; an absent one is fine."""
        headers = {"Content-Type": "application/strategic-merge-patch+json"}
        try:
            self._call("PATCH", f"{path}/status", json=document, headers=headers)
        except KubernetesError as error:
            if error.status != NOT_FOUND:
                raise

    def delete(self, path: str, **options: Any) -> None:
        """Ask for one object's deletion; an absent one is fine. `options` are those of DeleteOptions."""
        try:
            self._call("DELETE", path, json={"apiVersion": "v1", "kind": "DeleteOptions", **options})
        except KubernetesError as error:
            if error.status != NOT_FOUND:
                raise

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(self, method: str, path: str, **arguments: Any) -> Document:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx2.TransportError as error:
            raise KubernetesError(0, f"{path}: {error}") from error
        if response.is_error:
            raise KubernetesError(response.status_code, f"{path}: {_message(response)}")
        document: Document = response.json()
        return document


def _message(response: httpx2.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError):
        return f"status {response.status_code}"
