"""An API server of a few kinds, in memory, on a port of its own: discovery, apply, finalizers, lists."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

KINDS = {
    "/api/v1": {"namespaces": ("Namespace", False), "configmaps": ("ConfigMap", True), "pods": ("Pod", True)},
    "/apis/karpenter.sh/v1": {"nodepools": ("NodePool", False), "nodeclaims": ("NodeClaim", False)},
    "/apis/apiextensions.k8s.io/v1": {"customresourcedefinitions": ("CustomResourceDefinition", False)},
}


@dataclass
class FakeKubernetes:
    """What is there, by URL path, and how the server behaves."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    absent_groups: dict[str, int] = field(default_factory=dict)
    """For how many more looks a group is not served."""
    busy: int = 0
    """How many more requests are answered 429."""
    refuses: int = 0
    """Status of every answer from now on, such as 401 after a token has expired; 0: it answers."""

    def answer(self, method: str, url: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(url)
        path, query = parts.path, parse_qs(parts.query)
        self.requests.append(f"{method} {url}")
        if self.refuses:
            return self.refuses, {"message": "Unauthorized"}
        if self.busy:
            self.busy -= 1
            return 429, {"message": "too many requests"}
        if path in KINDS:
            return self._discovery(path)
        if method == "PATCH":
            return self._apply(path, body)
        if method == "DELETE":
            return self._delete(path)
        if path in self.objects:
            return 200, self.objects[path]
        listed = [found for where, found in self.objects.items() if collection(where) == path.split("/")[-1]]
        if path.rpartition("/")[2] in {plural for kinds in KINDS.values() for plural in kinds}:
            wanted = query.get("labelSelector", [""])[0]
            return 200, {"items": [found for found in listed if has_label(found, wanted)]}
        return 404, {"message": f"{path} not found"}

    def _discovery(self, path: str) -> tuple[int, Any]:
        if self.absent_groups.get(path, 0):
            self.absent_groups[path] -= 1
            return 404, {"message": "not served"}
        found = [
            {"name": name, "kind": kind, "namespaced": namespaced}
            for name, (kind, namespaced) in KINDS[path].items()
        ]
        status = [
            {"name": f"{item['name']}/status", "kind": item["kind"], "namespaced": False} for item in found
        ]
        return 200, {"resources": [*found, *status]}

    def _apply(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if body.get("spec") == "wrong":
            return 422, {"message": "spec: Invalid value:\n  must be an object."}
        kept = {**body, "metadata": {**body["metadata"], "uid": "uid", "managedFields": [{}]}}
        if body["kind"] == "CustomResourceDefinition":
            kept["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
        self.objects[path] = kept
        return 200, kept

    def _delete(self, path: str) -> tuple[int, Any]:
        found = self.objects.get(path)
        if found is None:
            return 404, {"message": "gone"}
        if found["metadata"].get("finalizers"):
            found["metadata"]["deletionTimestamp"] = "now"
        else:
            del self.objects[path]
        return 200, {}


def collection(path: str) -> str:
    return path.split("/")[-2]


def has_label(found: dict[str, Any], selector: str) -> bool:
    key, _, value = selector.partition("=")
    return not selector or found["metadata"].get("labels", {}).get(key) == value


@contextmanager
def serving(fake: FakeKubernetes, kubeconfig: Path) -> Iterator[None]:
    """Serve it, and write a kubeconfig that leads to it."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, content = fake.answer(self.command, self.path, body)
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    for method in ("GET", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._handle)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    write_kubeconfig(kubeconfig, f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write_kubeconfig(path: Path, server: str) -> None:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path.write_text(yaml.safe_dump(content))
