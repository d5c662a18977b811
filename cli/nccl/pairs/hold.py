"""Pods that hold nodes for the length of a test in pairs: one on each, without a GPU.

A pod that waits brings a node where there are too few; one that runs keeps Karpenter from taking the node
away between two rounds, in which nothing else may be on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from lightkube import operators
from lightkube.core.exceptions import ApiError
from lightkube.models.core_v1 import (
    Affinity,
    Container,
    PodAffinityTerm,
    PodAntiAffinity,
    PodSpec,
    ResourceRequirements,
    Toleration,
)
from lightkube.models.core_v1 import Pod as PodModel
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.core_v1 import Pod

from cli.cluster import NOT_FOUND, Cluster
from cli.errors import CommandError
from cli.nccl.run import Session
from cli.nccl.templates import Template
from cli.pods import count_pods
from cli.reasons import reasons_of
from cli.scale_deployment import PAUSE_IMAGE, restricted, unprivileged
from cli.waiting import Ending, wait_until
from knowledge.node_names import POOL_LABEL

HOLD_LABEL = "eks-efa/nccl-hold"
LONGEST_SECONDS = 4 * 60 * 60
"""After so long the pods end by themselves, should nobody be there any more to take them away."""


def holding_pod(template: Template, stamp: str, number: int) -> Pod:
    """The pod that holds one node; no two are on the same."""
    small = {"cpu": "10m", "memory": "16Mi"}
    apart = PodAffinityTerm(
        labelSelector=LabelSelector(matchLabels={HOLD_LABEL: stamp}), topologyKey="kubernetes.io/hostname"
    )
    container = Container(
        name="pause",
        image=PAUSE_IMAGE,
        resources=ResourceRequirements(requests=dict(small), limits=dict(small)),
        securityContext=restricted(),
    )
    spec = PodSpec(
        activeDeadlineSeconds=LONGEST_SECONDS,
        automountServiceAccountToken=False,
        affinity=Affinity(
            podAntiAffinity=PodAntiAffinity(requiredDuringSchedulingIgnoredDuringExecution=[apart])
        ),
        containers=[container],
        nodeSelector={POOL_LABEL: template.pool},
        securityContext=unprivileged(),
        terminationGracePeriodSeconds=0,
        tolerations=[
            Toleration(taint.get("effect"), taint.get("key"), taint.get("operator"), value=taint.get("value"))
            for taint in template.worker_tolerations
        ],
    )
    metadata = ObjectMeta(
        name=f"nccl-hold-{stamp}-{number}",
        namespace=template.namespace,
        labels={HOLD_LABEL: stamp, "app.kubernetes.io/managed-by": "eks-efa"},
        annotations={"karpenter.sh/do-not-disrupt": "true"},
    )
    return Pod(metadata=metadata, spec=spec)


@contextmanager
def held(session: Session, template: Template, count: int) -> Iterator[tuple[str, ...]]:
    """Hold so many nodes of the template's pool, and let them go at the end; their names.

    Raises CommandError where they do not come.
    """
    cluster = session.cluster
    let_go(cluster)
    try:
        for number in range(count):
            cluster.client.create(holding_pod(template, session.stamp, number))
        yield _nodes(session, template, count)
    finally:
        let_go(cluster)


def let_go(cluster: Cluster) -> None:
    """Delete every holding pod, also those that a killed test has left."""
    holding = cluster.client.list(
        Pod, namespace=cluster.nccl_namespace, labels={HOLD_LABEL: operators.exists()}
    )
    for pod in holding:
        if pod.metadata and pod.metadata.name:
            _delete(cluster, pod.metadata.name)


def _delete(cluster: Cluster, name: str) -> None:
    try:
        cluster.client.delete(Pod, name, namespace=cluster.nccl_namespace)
    except ApiError as error:
        if error.status.code != NOT_FOUND:
            raise


def _nodes(session: Session, template: Template, count: int) -> tuple[str, ...]:
    cluster = session.cluster

    def look() -> list[PodModel]:
        return list(
            cluster.client.list(Pod, namespace=cluster.nccl_namespace, labels={HOLD_LABEL: session.stamp})
        )

    def show(pods: list[PodModel], seconds: float) -> None:
        session.show(f"{_running(pods)} of {count} nodes are there", seconds)

    waited = wait_until(
        look,
        lambda pods: _running(pods) >= count,
        show=show,
        patience_seconds=session.patience_seconds,
        clock=session.clock,
    )
    if waited.ending is Ending.DONE:
        return tuple(sorted(pod.spec.nodeName for pod in waited.last if pod.spec and pod.spec.nodeName))
    counted = count_pods(waited.last, reasons_of(cluster, waited.last))
    why = "; ".join(f"{number} wait: {reason.text}" for reason, number in counted.by_reason())
    fault = f"{counted.running} of {count} nodes are there after {waited.seconds:.0f} s; {why}"
    cure = f"test those that are there: --nodes {max(counted.running, 2)}"
    raise CommandError(f"pool {template.pool}", fault, cure)


def _running(pods: list[PodModel]) -> int:
    return sum(pod.status is not None and pod.status.phase == "Running" for pod in pods)
