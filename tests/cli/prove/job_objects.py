"""Pods of running jobs as the API server has them, with only what a test is about."""

from typing import Any

from tests.cli.nccl.fake_api import Document, FakeApi
from tests.nccl.prove.job_logs import EFA, pod

LABEL = "batch.kubernetes.io/job-name"


def job_pod(
    index: int,
    job: str = "train",
    *,
    namespace: str = "default",
    label: str = LABEL,
    phase: str = "Running",
    efa: int = 4,
    **of_spec: Any,
) -> Document:
    limits = {"nvidia.com/gpu": "2"} | ({"vpc.amazonaws.com/efa": str(efa)} if efa else {})
    environment = [{"name": "NCCL_DEBUG", "value": "INFO"}, {"name": "TOKEN", "valueFrom": {}}]
    container = {"name": "train", "resources": {"limits": limits}, "env": environment}
    return {
        "metadata": {"name": f"{job}-{index}-abcde", "namespace": namespace, "labels": {label: job}},
        "spec": {
            "hostname": f"{job}-{index}",
            "nodeName": f"node-{index}",
            "containers": [container],
            **of_spec,
        },
        "status": {"phase": phase},
    }


def api_with(*pods: Document) -> FakeApi:
    """A server with these pods, each with the log of a run over EFA, and without any operator's kinds."""
    api = FakeApi(undefined={"kubeflow.org", "jobset.x-k8s.io", "trainer.kubeflow.org"})
    for index, each in enumerate(pods):
        name, namespace = each["metadata"]["name"], each["metadata"]["namespace"]
        for place in (f"/api/v1/namespaces/{namespace}/pods/{name}", f"/api/v1/pods/{namespace}.{name}"):
            api.put(place, each)
        api.logs[name] = pod(EFA, index % 2).log
    return api
