"""What is in a cluster: asked one thing at a time, over plain HTTP, since kinds are known by name only."""

from collections.abc import Iterator
from typing import Any

import httpx2

from cli.adoption.wishes import Wish
from cli.cluster import NOT_FOUND
from cli.errors import CommandError
from sandbox.engine.kubernetes_kinds import Kind, Manifest

_EVERYTHING = {"verb": "*", "group": "*", "resource": "*"}


class Contents:
    """The questions that a stack has before it makes anything there."""

    def __init__(self, http: httpx2.Client) -> None:
        """Ask by this client, which knows where the API server is."""
        self._http = http
        self._served: dict[str, dict[str, Kind]] = {}

    def may_administer(self) -> bool:
        """Whether whoever asks may do everything; the program makes roles, which nobody less may."""
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": _EVERYTHING},
        }
        answer = self._http.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json=review)
        return bool(_content(answer)["status"]["allowed"])

    def has(self, wish: Wish) -> bool:
        """Whether there is an object, or a release, of that name."""
        if wish.is_release:
            secrets = Kind("v1", "Secret", "secrets", namespaced=True)
            labels = {"labelSelector": f"owner=helm,name={wish.name}"}
            return bool(self._list(secrets.path(wish.namespace), **labels))
        kind = self._kinds(wish.api_version).get(wish.kind)
        return kind is not None and self._get(kind.path(wish.namespace, wish.name)) is not None

    def serves(self, group: str) -> bool:
        """Whether somebody has defined kinds of this API group."""
        return self._get(f"/apis/{group}") is not None

    def daemon_sets(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """`namespace/name` of every DaemonSet, and the images of its containers."""
        for each in self._list("/apis/apps/v1/daemonsets"):
            metadata, pod = each["metadata"], each["spec"]["template"]["spec"]
            images = tuple(container.get("image", "") for container in pod["containers"])
            yield f"{metadata['namespace']}/{metadata['name']}", images

    def _kinds(self, api_version: str) -> dict[str, Kind]:
        if api_version not in self._served:
            root = "apis" if "/" in api_version else "api"
            listed = self._get(f"/{root}/{api_version}") or {}
            self._served[api_version] = {
                each["kind"]: Kind(api_version, each["kind"], each["name"], each["namespaced"])
                for each in listed.get("resources", [])
                if "/" not in each["name"]
            }
        return self._served[api_version]

    def _list(self, path: str, **query: str) -> list[Manifest]:
        return list((self._get(path, **query) or {}).get("items", []))

    def _get(self, path: str, **query: str) -> Manifest | None:
        answer = self._http.get(path, params=query)
        return None if answer.status_code == NOT_FOUND else _content(answer)


def _content(answer: httpx2.Response) -> Any:
    if answer.is_error:
        what = f"answers {answer.status_code} to {answer.request.method} {answer.request.url.path}"
        raise CommandError("the cluster", what, "check your rights with: kubectl auth can-i --list")
    return answer.json()
