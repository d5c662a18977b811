"""The cluster that a scale verb works on, and how patient to be: real instances take minutes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.aws_clients import client_maker
from cli.cluster import Cluster, connect, default_kubeconfig
from cli.errors import CommandError
from cli.identity import describe_cluster, refuse_another_cluster
from cli.pulumi import stack_output
from cli.sandbox_ec2 import ec2_client
from cli.sandbox_state import is_running
from cli.stacks import Stack, find_stack, stack_names
from knowledge.kubeconfig import update_kubeconfig
from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from settings.credentials import credentials_of

if TYPE_CHECKING:
    from types_boto3_ec2.client import EC2Client

SANDBOX_PATIENCE_SECONDS = 180.0
"""A hundred nodes take under a minute; Karpenter tries again what was out of capacity after three."""
EKS_PATIENCE_SECONDS = 1200.0
"""Karpenter gives an instance five minutes to launch and fifteen to register before it replaces it."""


@dataclass(frozen=True)
class Target:
    """A cluster. `sandbox` is set where it is the sandbox's own, whose EC2 can be asked what is left."""

    cluster: Cluster
    region: str
    sandbox: SandboxPaths | None

    @property
    def patience_seconds(self) -> float:
        """How long a verb waits unless it is told otherwise."""
        return SANDBOX_PATIENCE_SECONDS if self.sandbox else EKS_PATIENCE_SECONDS

    @property
    def karpenter_log(self) -> Path | None:
        """The controller's log file in the sandbox, where it runs as a process of this machine."""
        return self.sandbox.logs / "karpenter.log" if self.sandbox else None


def open_target(stack: str, kubeconfig: Path | None) -> Target:
    """The cluster of `--kubeconfig`, else the running sandbox's for a sandbox stack, else the user's own.

    `$KUBECONFIG` does not count for a sandbox stack: it may well name a cluster where GPU nodes cost money.
    On AWS, and for whoever adopts a cluster, it has to be the stack's: the current context may be of another.
    """
    found = find_stack(stack)
    sandbox = _running_sandbox() if found.sandbox and kubeconfig is None else None
    named = sandbox.kubeconfig if sandbox else kubeconfig or default_kubeconfig()
    if found.sandbox and found.adopted_cluster is None:
        return Target(connect(named, found.nccl_namespace), found.region, sandbox)
    # Before the kubeconfig: without a cluster there is none to be written.
    name = cluster_of(found)
    described = describe_cluster(client_maker(found, sandbox)("eks"), name)
    written_by = _written_by(found, name)
    cluster = connect(named, found.nccl_namespace, written_by)
    refuse_another_cluster(cluster, name, described, written_by)
    return Target(cluster, found.region, sandbox)


def _written_by(stack: Stack, cluster: str) -> str:
    """The command by which a user writes the kubeconfig of a stack's cluster, as whoever deploys it."""
    acting = credentials_of(stack.file.aws)
    return update_kubeconfig(
        region=stack.region, cluster=cluster, profile=acting.profile, role_arn=acting.role_arn
    )


def cluster_of(stack: Stack) -> str:
    """Name of the EKS cluster that a stack lives on: a tenant's is its platform's, wherever that is kept."""
    name = stack.cluster_name
    if name is None and stack.platform in stack_names():
        name = find_stack(stack.platform).cluster_name
    elif name is None and stack.platform is not None:
        name = stack_output(stack, "clusterName")
    if name is None:
        raise CommandError(f"stack {stack.name}", "its settings name no cluster", "set cluster.name")
    return name


def _running_sandbox() -> SandboxPaths:
    paths = SandboxPaths.from_environment()
    if not is_running(paths) or not paths.kubeconfig.is_file():
        raise CommandError("sandbox", "does not run", "start it with: make up")
    return paths


def emulated_ec2(target: Target) -> "EC2Client | None":
    """A client of the sandbox's EC2; None elsewhere, where what is left is AWS's and Karpenter's business."""
    endpoint = aws_endpoint(target.sandbox) if target.sandbox else None
    if endpoint is None:
        return None
    return ec2_client(endpoint, target.region)
