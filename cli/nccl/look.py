"""One look at a run: its MPIJob, its pods, and whoever says why a pod does not run."""

from collections.abc import Iterable

from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import Generic, GenericNamespacedResource
from lightkube.models.core_v1 import Event, Pod
from lightkube.resources.core_v1 import Pod as PodResource

from cli.cluster import NOT_FOUND, Cluster
from cli.karpenter import provisioners
from cli.nccl.pods import PodSeen, State, pods_seen
from cli.nccl.progress import NO_CLAIMS, RunSeen, job_seen
from cli.nccl.templates import MPIJob, Template
from cli.nodes import PROVISIONER_LABEL
from cli.reasons import reasons_of
from cli.scaling import count_claims
from knowledge.nccl_job import JOB_LABEL


def look(cluster: Cluster, template: Template, run: str) -> RunSeen:
    """Look at the run of that name. Nodes and events are asked about only while a pod waits for them."""
    job = _job(cluster, run)
    pods = pods_of(cluster, run)
    starting = [pod for pod in pods if _is_starting(pod)]
    events = list(cluster.events(cluster.nccl_namespace)) if starting or not pods else []
    seen = pods_seen(run, pods, reasons_of(cluster, pods), lambda pod: newest_about(pod, events))
    waits = _waits_for_a_node(seen)
    return RunSeen(
        template.variant,
        template.workers,
        job_seen(job, None if pods else refusal(run, events)),
        seen,
        count_claims(claims_of(template.pool, cluster.node_claims())) if waits else NO_CLAIMS,
        provisioners(cluster.node_pools()) if waits else (),
    )


def pods_of(cluster: Cluster, run: str) -> list[Pod]:
    """The pods that the operator made of a run."""
    return list(cluster.client.list(PodResource, namespace=cluster.nccl_namespace, labels={JOB_LABEL: run}))


def claims_of(pool: str, claims: Iterable[Generic]) -> list[Generic]:
    """The NodeClaims of one provisioner."""
    return [
        claim
        for claim in claims
        if claim.metadata and (claim.metadata.labels or {}).get(PROVISIONER_LABEL) == pool
    ]


def newest_about(pod: Pod, events: Iterable[Event]) -> str | None:
    """The newest that kubelet said of a pod: that it pulls the image, or what it cannot mount."""
    name = pod.metadata.name if pod.metadata else None
    said = [
        event
        for event in events
        if event.involvedObject.name == name and event.source and event.source.component == "kubelet"
    ]
    newest = max(
        said, key=lambda event: event.lastTimestamp.timestamp() if event.lastTimestamp else 0.0, default=None
    )
    return newest.message if newest else None


def refusal(run: str, events: Iterable[Event]) -> str | None:
    """A warning of the operator about the MPIJob, such as that it does not pass its checks."""
    about = [
        event for event in events if (event.involvedObject.kind, event.involvedObject.name) == ("MPIJob", run)
    ]
    return next((event.message for event in about if event.type == "Warning" and event.message), None)


def _job(cluster: Cluster, run: str) -> GenericNamespacedResource | None:
    try:
        return cluster.client.get(MPIJob, run, namespace=cluster.nccl_namespace)
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return None
        raise


def _is_starting(pod: Pod) -> bool:
    placed = pod.spec is not None and pod.spec.nodeName is not None
    return placed and pod.status is not None and pod.status.phase == "Pending"


def _waits_for_a_node(pods: Iterable[PodSeen]) -> bool:
    return any(pod.state is State.WAITING for pod in pods)
