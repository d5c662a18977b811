"""Setting the scale Deployment and waiting until all its pods run, or it is plain that one never will."""

from lightkube.core.exceptions import ApiError
from lightkube.resources.apps_v1 import Deployment

from cli.cluster import NOT_FOUND, Cluster
from cli.console import live_line, tell
from cli.errors import CommandError
from cli.karpenter import provisioners
from cli.nodes import node_rows
from cli.pods import count_pods
from cli.reasons import reasons_of
from cli.scale_deployment import NAME, NAMESPACE, PodShape, deployment, namespace, shape_of
from cli.scaling import ScaleOut, count_claims
from cli.target import Target
from cli.waiting import Ending, Waited, wait_until

MANY_PODS = 20
"""From here on looks are rarer: listing hundreds of events takes time that the launches need."""


def scale_to(target: Target, pods: int, shape: PodShape | None, timeout: float | None) -> None:
    """Have `pods` pods of `shape` run (None: as they are now); raises CommandError if they never do."""
    apply(target.cluster, pods, shape)
    with live_line() as show:
        waited = wait_until(
            lambda: look(target.cluster, pods),
            ScaleOut.is_done,
            is_hopeless=ScaleOut.is_hopeless,
            show=lambda seen, seconds: show(seen.progress(), seconds),
            patience_seconds=timeout or target.patience_seconds,
            poll_seconds=0.5 if pods <= MANY_PODS else 2.0,
        )
    report(waited)


def apply(cluster: Cluster, pods: int, shape: PodShape | None) -> None:
    """Write namespace and Deployment by server-side apply, which is the same whether they exist or not."""
    if shape is None:
        shape = current_shape(cluster)
    cluster.client.apply(namespace(), force=True)
    cluster.client.apply(deployment(pods, shape), force=True)


def current_shape(cluster: Cluster) -> PodShape:
    """What the pods of the Deployment ask for, or the default where there is none."""
    try:
        return shape_of(cluster.client.get(Deployment, NAME, namespace=NAMESPACE))
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return PodShape()
        raise


def look(cluster: Cluster, wanted: int) -> ScaleOut:
    """One look at pods, NodeClaims and nodes. Events are read only while a pod waits for a node."""
    pods = cluster.pods(NAMESPACE)
    counted = count_pods(pods, reasons_of(cluster, pods))
    return ScaleOut(
        wanted,
        counted,
        count_claims(cluster.node_claims()),
        tuple(node_rows(cluster.nodes())),
        provisioners(cluster.node_pools()),
    )


def report(waited: Waited[ScaleOut]) -> None:
    """Say how long it took and where the pods are, or raise the reason why they are nowhere."""
    seen = waited.last
    if waited.ending is Ending.DONE:
        places = ", ".join(seen.placement()) or "no pod was asked for"
        tell(f"{seen.pods.running} of {seen.wanted} pods run after {waited.seconds:.1f} s: {places}")
        tell("next: make status, make scale PODS=n, make scale-in")
        return
    waiting = "; ".join(f"{count} waiting: {reason.text}" for reason, count in seen.pods.by_reason())
    hopeless = waited.ending is Ending.HOPELESS
    gave_up = "no node will ever do" if hopeless else f"gave up after {waited.seconds:.0f} s"
    subject = f"{seen.pods.running} of {seen.wanted} pods run"
    cure = "the pods are still asked for; take them back with: make scale-in"
    raise CommandError(subject, f"{gave_up}; {waiting or 'pods are being replaced'}", cure)
