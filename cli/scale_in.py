"""Deleting the scale Deployment and waiting until what Karpenter launched for it is gone.

In the sandbox, gone means gone from the emulated EC2 too: instances, interfaces and launch templates.
"""

from collections.abc import Callable
from dataclasses import replace

from lightkube.core.exceptions import ApiError
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Namespace

from cli.cluster import NOT_FOUND, Cluster
from cli.console import live_line, tell
from cli.errors import CommandError
from cli.sandbox_ec2 import left_of_karpenter, remove_launch_templates
from cli.scale_deployment import NAME, NAMESPACE
from cli.scaling import ScaleIn, claim_node, used_by_others
from cli.target import Target, emulated_ec2
from cli.waiting import Ending, Waited, wait_until

CONFLICT = 409
"""What the API server answers where the deletion of a namespace is under way."""

NAMESPACE_SECONDS = 60.0
"""How long a namespace may take to go; it takes about 5 s."""


def scale_to_nothing(target: Target, timeout: float | None) -> None:
    """Delete the Deployment and wait; raises CommandError naming what is left when patience runs out."""
    delete(target.cluster)
    ec2 = emulated_ec2(target)
    with live_line() as show:
        waited = wait_until(
            lambda: look(target.cluster, (lambda: left_of_karpenter(ec2)) if ec2 else tuple),
            ScaleIn.is_done,
            show=lambda seen, seconds: show(seen.progress(), seconds),
            patience_seconds=timeout or target.patience_seconds,
        )
    if ec2 is not None and waited.ending is Ending.DONE and not waited.last.karpenter_nodes:
        remove_launch_templates(ec2)
    report(waited)


def delete(cluster: Cluster) -> None:
    """Delete the Deployment; its absence is fine."""
    try:
        cluster.client.delete(Deployment, NAME, namespace=NAMESPACE)
    except ApiError as error:
        if error.status.code != NOT_FOUND:
            raise


def remove_namespace(cluster: Cluster) -> None:
    """Delete the namespace of the scale verbs with all that is in it, and wait; its absence is fine.

    On a cluster that goes with its stack nobody minds it; on somebody else's it would be a trace.
    """
    with live_line() as show:
        waited = wait_until(
            lambda: _namespace_is_gone(cluster),
            bool,
            show=lambda gone, seconds: None if gone else show("removing the pods of scale-out", seconds),
            patience_seconds=NAMESPACE_SECONDS,
        )
    if waited.ending is not Ending.DONE:
        fault = f"still there after {waited.seconds:.0f} s"
        raise CommandError(f"namespace {NAMESPACE}", fault, f"see: kubectl describe namespace {NAMESPACE}")


def _namespace_is_gone(cluster: Cluster) -> bool:
    """Ask for its deletion, as often as it is looked at: to ask again changes nothing."""
    try:
        cluster.client.delete(Namespace, NAMESPACE)
    except ApiError as error:
        if error.status.code == NOT_FOUND:
            return True
        if error.status.code != CONFLICT:
            raise
    return False


def look(cluster: Cluster, left_in_ec2: Callable[[], tuple[str, ...]]) -> ScaleIn:
    """One look at pods and Karpenter's nodes; EC2 is asked once Kubernetes says that the nodes are gone."""
    pods = cluster.pods()
    ours = sum(1 for pod in pods if pod.metadata and pod.metadata.namespace == NAMESPACE)
    nodes = tuple(claim_node(claim) for claim in cluster.node_claims())
    used = used_by_others(pods)
    seen = ScaleIn(ours, nodes, {node: used[node] for node in nodes if node in used}, left_in_ec2=())
    if ours or nodes:
        return seen
    return replace(seen, left_in_ec2=left_in_ec2())


def report(waited: Waited[ScaleIn]) -> None:
    """Say how long it took and which nodes stay for others, or raise what is left."""
    seen = waited.last
    for node, pod in sorted(seen.kept.items()):
        tell(f"{node} stays: {pod} runs on it")
    if waited.ending is Ending.DONE:
        tell(f"back to the nodes that were there before, after {waited.seconds:.1f} s")
        return
    left = [f"{seen.pods} pods"] if seen.pods else []
    left += [f"node {node}" for node in seen.removable()[:5]]
    cure = "see make logs, and disruption.consolidateAfter of the provisioner; run it again to wait on"
    what = ", ".join([*left, *seen.left_in_ec2])
    raise CommandError("scale-in", f"still there after {waited.seconds:.0f} s: {what}", cure)
