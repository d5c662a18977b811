"""A cluster of somebody else's behind the real client's encoding, and a plan to put onto it."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from cli.adoption.contents import Contents
from cli.adoption.wishes import Wish
from plan.document import Plan, Planned

Document = dict[str, Any]
URN = "urn:pulumi:existing::eks-efa-karpenter::eks-efa:cluster:GpuCluster${part}${type}::{name}"

CORE = {"resources": [{"name": "namespaces", "kind": "Namespace", "namespaced": False}]}
KUBEFLOW = {
    "resources": [
        {"name": "mpijobs", "kind": "MPIJob", "namespaced": True},
        {"name": "mpijobs/status", "kind": "MPIJob", "namespaced": True},
    ]
}
SERVED: dict[str, Document] = {"/api/v1": CORE, "/apis/kubeflow.org/v2beta1": KUBEFLOW}


def contents(
    objects: Mapping[str, Document] | None = None,
    *,
    releases: tuple[str, ...] = (),
    daemon_sets: tuple[tuple[str, str], ...] = (),
    administrator: bool = True,
) -> Contents:
    """`objects` by path; `releases` by name, in kube-system; name and image of each DaemonSet in `gpu`."""
    there = {**SERVED, **(objects or {})}
    there["/apis/apps/v1/daemonsets"] = {"items": [_daemon_set(*each) for each in daemon_sets]}

    def answer(request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith("/selfsubjectaccessreviews"):
            asked = json.loads(request.content)["spec"]["resourceAttributes"]
            assert asked == {"verb": "*", "group": "*", "resource": "*"}
            return httpx2.Response(201, json={"status": {"allowed": administrator}})
        if path == "/api/v1/namespaces/kube-system/secrets":
            owner, _, name = request.url.params["labelSelector"].partition(",name=")
            assert owner == "owner=helm"
            return httpx2.Response(200, json={"items": [{}] if name in releases else []})
        if path in there:
            return httpx2.Response(200, json=there[path])
        return httpx2.Response(404, text="404 page not found\n")

    return Contents(httpx2.Client(base_url="http://127.0.0.1:1", transport=httpx2.MockTransport(answer)))


def _daemon_set(name: str, image: str) -> Document:
    spec = {"template": {"spec": {"containers": [{"image": image}]}}}
    return {"metadata": {"namespace": "gpu", "name": name}, "spec": spec}


def release(part: str, name: str) -> Wish:
    return Wish(part, "", "Helm release", "kube-system", name)


NAMESPACE = Wish("eks-efa:nccl:NcclTest", "v1", "Namespace", None, "nccl-test")
JOB = Wish("eks-efa:nccl:NcclTest", "kubeflow.org/v2beta1", "MPIJob", "nccl-test", "nccl-efa")


def planned(type_: str, name: str, inputs: Document, part: str = "eks-efa:nccl:NcclTest") -> Planned:
    urn = URN.replace("{part}", part).replace("{type}", type_).replace("{name}", name)
    return Planned(type=type_, name=name, urn=urn, component="", inputs=inputs)


def plan(*resources: Planned) -> Plan:
    return Plan.of("existing", "us-west-2", resources, {})
