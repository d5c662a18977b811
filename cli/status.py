"""Gathers the status: from the sandbox's files, from the cluster, and from its events why pods wait."""

from collections.abc import Callable
from pathlib import Path

from httpx2 import TransportError
from lightkube.models.core_v1 import Pod

from cli.cluster import Cluster, connect, default_kubeconfig
from cli.karpenter import karpenter_state, provisioners
from cli.nodes import node_rows
from cli.pods import count_pods
from cli.reasons import reasons_of
from cli.sandbox_state import sandbox_state
from cli.stacks import Stack
from cli.status_document import ClusterState, SandboxState, Status
from sandbox.paths import SandboxPaths
from sandbox.world.reasons import Reason


def read_status(stack: Stack, kubeconfig: Path | None) -> Status:
    """The status of a stack; a cluster that is not there or does not answer is no error."""
    sandbox = SandboxState()
    if stack.sandbox and kubeconfig is None:
        paths = SandboxPaths.from_environment()
        sandbox = sandbox_state(paths, stack.name)
        if not sandbox.running or not paths.kubeconfig.is_file():
            return Status(stack.name, None, None, sandbox)
        kubeconfig = paths.kubeconfig
    elif kubeconfig is None:
        kubeconfig = default_kubeconfig()
        if not kubeconfig.is_file():
            return Status(stack.name, None, None, sandbox)
    try:
        return Status(stack.name, str(kubeconfig), cluster_state(connect(kubeconfig)), sandbox)
    except TransportError:
        return Status(stack.name, str(kubeconfig), None, sandbox)


def cluster_state(cluster: Cluster) -> ClusterState:
    """Everything the cluster itself answers."""
    pods = cluster.pods()
    reason_of: Callable[[Pod], Reason | None] = reasons_of(cluster, pods)
    return ClusterState(
        kubernetes=cluster.server_version(),
        karpenter=karpenter_state(cluster.karpenter_deployment(), cluster.karpenter_pods()),
        provisioners=provisioners(cluster.node_pools()),
        nodes=node_rows(cluster.nodes()),
        pods=count_pods(pods, reason_of),
    )
