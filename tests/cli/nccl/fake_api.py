"""An API server without a port: objects by their URL paths, behind the real client's encoding."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster as Address
from lightkube.config.models import User

from cli.cluster import FIELD_MANAGER, Cluster

Document = dict[str, Any]
SERVER = "http://127.0.0.1:1"
"""Where nobody listens."""


@dataclass
class FakeApi:
    """What is there, and what else happens after a request or instead of one."""

    objects: dict[str, Document] = field(default_factory=dict)
    logs: dict[str, bytes] = field(default_factory=dict)
    """By pod."""
    undefined: set[str] = field(default_factory=set)
    """Plurals of kinds that are not installed, and groups of which there is no kind."""
    failing: bool = False
    """Whether every request fails from now on."""
    after: Callable[[str, str], object] = lambda method, path: None
    version: int = 0

    def put(self, path: str, document: Document) -> Document:
        """Have an object there, with the next version."""
        self.version += 1
        metadata = document.get("metadata", {}) | {"resourceVersion": str(self.version)}
        self.objects[path] = document | {"metadata": metadata}
        return self.objects[path]

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if self.failing:
            return httpx2.Response(500, json=failure(500, "etcd has no leader")[1])
        path, name = request.url.path, request.url.path.rpartition("/")[2]
        if name == "log":
            log = self.logs.get(path.split("/")[-2])
            return httpx2.Response(404 if log is None else 200, content=log or b"")
        body: Document = json.loads(request.content) if request.content else {}
        if any("." in word for word in self.undefined & set(path.split("/"))):
            return httpx2.Response(404, text="404 page not found\n")  # a group is not known to any API
        status, document = self._answer(
            request.method, path, body, request.url.params.get("labelSelector", "")
        )
        self.after(request.method, path)
        return httpx2.Response(status, json=document)

    def _answer(self, method: str, path: str, body: Document, selector: str) -> tuple[int, Document]:
        if self.undefined & set(path.split("/")):
            return failure(404, "the server could not find the requested resource")
        if method == "POST":
            path = f"{path}/{body['metadata']['name']}"
            return failure(409, f"{path} exists") if path in self.objects else (201, self.put(path, body))
        if method == "GET" and path not in self.objects and is_collection(path):
            found = [each for where, each in self.objects.items() if where.rpartition("/")[0] == path]
            return 200, {"metadata": {}, "items": [each for each in found if has_labels(each, selector)]}
        if method == "PATCH":
            return 200, self.put(path, body)
        if path not in self.objects:
            return failure(404, f"{path} not found")
        if method == "PUT":
            sent, kept = (each["metadata"].get("resourceVersion") for each in (body, self.objects[path]))
            return (200, self.put(path, body)) if sent == kept else failure(409, "changed meanwhile")
        if method == "DELETE":
            return 200, self.objects.pop(path)
        return 200, self.objects[path]

    def cluster(self) -> "FakeCluster":
        """A cluster that asks this server."""
        return FakeCluster(self)


class FakeCluster(Cluster):
    def __init__(self, api: FakeApi) -> None:
        transport = httpx2.MockTransport(api.answer)
        config = KubeConfig.from_one(cluster=Address(SERVER), user=User(token="t"), context_name="fake")
        super().__init__(Path("kubeconfig"), Client(config, transport=transport, field_manager=FIELD_MANAGER))
        self.transport = transport

    def http(self, timeout: httpx2.Timeout | None = None) -> httpx2.Client:
        return httpx2.Client(base_url=SERVER, transport=self.transport)


def failure(code: int, message: str) -> tuple[int, Document]:
    return code, {"kind": "Status", "status": "Failure", "code": code, "message": message}


def is_collection(path: str) -> bool:
    """`/api/v1/[namespaces/NAMESPACE/]PLURAL`: an odd number of words after the version."""
    words = path.strip("/").split("/")
    return len(words[2 if words[0] == "api" else 3 :]) % 2 == 1


def has_labels(document: Document, selector: str) -> bool:
    labels = document["metadata"].get("labels", {})
    asked = [each.partition("=") for each in selector.split(",") if each]
    return all(key in labels and (not equals or labels[key] == value) for key, equals, value in asked)
