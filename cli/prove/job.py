"""From a job's name to the verdict on its traffic."""

from collections.abc import Mapping

from lightkube.core.exceptions import ApiError
from lightkube.models.core_v1 import Container, Pod

from cli.cluster import Cluster
from cli.errors import CommandError
from cli.prove.jobs import FORBIDDEN, Wanted, pods_of_job
from cli.prove.logs import PodLog, read_logs
from cli.prove.train_job import trap_of
from knowledge.hugepages import HUGEPAGES_RESOURCE
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE
from nccl.prove.pods import JobPod, RunningJob
from nccl.prove.report import JobReport, judge

LONGEST_HOST = 63
"""Characters of a host name; kubelet cuts a pod's name to it."""


def prove_job(cluster: Cluster, wanted: Wanted) -> JobReport:
    """Read the job's running pods and judge them; CommandError where there is nothing to judge."""
    found = pods_of_job(cluster, wanted)
    if len(found.running) + len(found.waiting) == 1:
        fault = f"is one pod, {_name(found.running[0])}: it has no network to prove"
        raise CommandError(f"job {wanted.title}", fault, "run it on two nodes or more")
    logs = read_logs(cluster, found.namespace, found.running)
    offers = _offers(cluster)
    pods = tuple(job_pod(pod, logs[_name(pod)], offers) for pod in found.running)
    trap = trap_of(cluster, wanted.name, found.namespace) if wanted.name else None
    return judge(RunningJob(wanted.title, found.namespace, pods, len(found.waiting), trap))


def job_pod(pod: Pod, log: PodLog, offers: Mapping[str, tuple[int, int]]) -> JobPod:
    """A pod and its log as the judgement wants them; `offers` has GPUs and EFA interfaces by node."""
    containers = pod.spec.containers if pod.spec else []
    node = (pod.spec and pod.spec.nodeName) or ""
    return JobPod(
        name=_name(pod),
        host=_host(pod),
        node=node,
        of_node=offers.get(node),
        gpus=max((_asked(each, GPU_RESOURCE) for each in containers), default=0),
        interfaces=max((_asked(each, EFA_RESOURCE) for each in containers), default=0),
        huge_pages=any(HUGEPAGES_RESOURCE in _resources(each) for each in containers),
        environment={
            variable.name: variable.value
            for each in containers
            for variable in each.env or ()
            if variable.value is not None
        },
        log=log.text,
        trouble=log.trouble,
    )


def _offers(cluster: Cluster) -> dict[str, tuple[int, int]]:
    """What each node has for pods; nothing where nodes may not be listed, as teams may not."""
    try:
        nodes = cluster.nodes()
    except ApiError as error:
        if error.status.code == FORBIDDEN:
            return {}
        raise
    found = {}
    for node in nodes:
        offered = (node.status and node.status.allocatable) or {}
        name = (node.metadata and node.metadata.name) or ""
        found[name] = (int(offered.get(GPU_RESOURCE, 0)), int(offered.get(EFA_RESOURCE, 0)))
    return found


def _host(pod: Pod) -> str:
    """The host name within the pod up to its first dot, as NCCL cuts it."""
    spec = pod.spec
    if spec and spec.hostNetwork:
        return (spec.nodeName or "").partition(".")[0]
    return ((spec and spec.hostname) or _name(pod))[:LONGEST_HOST].rstrip("-.").partition(".")[0]


def _asked(container: Container, resource: str) -> int:
    return int(_resources(container).get(resource, 0))


def _resources(container: Container) -> Mapping[str, str]:
    """Limits and requests; of a device both are the same."""
    asked = container.resources
    return {**((asked and asked.requests) or {}), **((asked and asked.limits) or {})}


def _name(pod: Pod) -> str:
    return (pod.metadata and pod.metadata.name) or ""
