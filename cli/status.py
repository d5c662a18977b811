"""Gathers the status: from the sandbox's files, from the cluster, and from its events why pods wait."""

from collections.abc import Callable
from pathlib import Path

from lightkube.models.core_v1 import Pod

from cli.cluster import Cluster
from cli.identity import NoClusterError
from cli.karpenter import karpenter_state, provisioners
from cli.nodes import node_rows
from cli.pending.reason import Reason
from cli.pods import count_pods
from cli.reasons import reasons_of
from cli.sandbox_state import sandbox_state
from cli.stacks import Stack
from cli.status_document import ClusterState, SandboxState, Status
from cli.target import open_target
from sandbox.paths import SandboxPaths


def read_status(stack: Stack, kubeconfig: Path | None) -> Status:
    """The status of a stack. A cluster that is not there is no error; one that does not answer is."""
    sandbox = SandboxState()
    if stack.sandbox and kubeconfig is None:
        paths = SandboxPaths.from_environment()
        sandbox = sandbox_state(paths, stack.name)
        if not sandbox.running or not paths.kubeconfig.is_file():
            return Status(stack.name, None, None, sandbox)
    try:
        cluster = open_target(stack.name, kubeconfig).cluster
    except NoClusterError:
        return Status(stack.name, None, None, sandbox)
    return Status(stack.name, str(cluster.kubeconfig), cluster_state(cluster), sandbox)


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
