"""Taking a stack on AWS down. `pulumi destroy` does it, once it is sure that it can be done whole."""

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from cli.aws_clients import client_maker
from cli.aws_errors import WHO_ARE_YOU
from cli.cluster import Cluster, connect
from cli.cluster_errors import cluster_error
from cli.deployed import KUBERNETES, Deployed, deployed
from cli.draining import drained
from cli.errors import CommandError
from cli.identity import NO_CLUSTER, NoClusterError, describe_cluster
from cli.leftovers import claimed_volumes, tell_what_is_left
from cli.log_group import remove_log_group
from cli.pulumi import run_pulumi
from cli.scale_in import remove_namespace
from cli.stacks import Stack
from cli.target import cluster_of
from cli.teardown import refuse_protected, refuse_stranding
from knowledge.kubeconfig import token_as, token_kubeconfig
from settings.credentials import credentials_of

FORGET = "PULUMI_K8S_DELETE_UNREACHABLE"
"""With it pulumi-kubernetes drops what it cannot reach from the state."""

ASK_NOTHING = "PULUMI_SKIP_CONFIRMATIONS"
"""With it Pulumi does not wait for a yes."""


def down_on_aws(stack: Stack, *, force_drain: bool) -> None:
    """Undo the deployment; refused, with nothing changed, where something would be lost or left to run."""
    made = deployed(stack)
    refuse_protected(stack, made)
    cluster = _look_first(stack, made) if made else None
    volumes = claimed_volumes(cluster) if cluster and stack.own_cluster else ()
    confirmed = _confirm(stack) if cluster and force_drain else ()
    with drained(stack, cluster, force=force_drain) if cluster else nullcontext():
        if cluster and stack.adopted_cluster is not None:
            remove_namespace(cluster)
        run_pulumi(stack, "destroy", *confirmed)
    if made:
        clients = client_maker(stack, None)
        remove_log_group(stack, clients)
        if not tell_what_is_left(stack, clients, volumes):
            raise typer.Exit(1)


def _confirm(stack: Stack) -> tuple[str, ...]:
    """Ask in Pulumi's place, before the minute of a forced drain begins; what Pulumi is told after a yes."""
    if os.environ.get(ASK_NOTHING, "").lower() not in ("1", "true"):
        run_pulumi(stack, "destroy", "--preview-only")
        if not sys.stdin.isatty():
            fault = "is not taken away without a yes, and there is no terminal to give it"
            raise CommandError(f"stack {stack.name}", fault, f"set {ASK_NOTHING}=true")
        typer.confirm(f"Take stack {stack.name} away, and end its pods in a minute?", abort=True)
    return ("--skip-preview",)


def _look_first(stack: Stack, made: Sequence[Deployed]) -> Cluster | None:
    """Refuse what cannot be done whole; the cluster, where something of the stack is in it."""
    name, inside = cluster_of(stack), sum(each.type.startswith(KUBERNETES) for each in made)
    try:
        described = describe_cluster(client_maker(stack, None)("eks"), name)
    except NoClusterError as error:
        if inside and not os.environ.get(FORGET):
            fault = f"{inside} objects of cluster {name} are in its state, and {NO_CLUSTER}"
            cure = f"{WHO_ARE_YOU}; if it is gone for good: {FORGET}=true make down STACK={stack.name}"
            raise CommandError(f"stack {stack.name}", fault, cure) from error
        return None
    if stack.own_cluster is not None and described.get("deletionProtection"):
        fault = "EKS protects it still: cluster.deletionProtection is false in the settings alone"
        cure = f"run: eks-efa up --stack {stack.name}, then down again"
        raise CommandError(f"cluster {name}", fault, cure)
    cluster = _inside(stack, name, described) if inside else None
    if cluster is None:  # the first `up` never got that far
        return None
    if stack.platform is None and (stack.has_karpenter or stack.adopted_cluster is None):
        refuse_stranding(stack, made, cluster)
    return cluster


def _inside(stack: Stack, name: str, described: dict[str, Any]) -> Cluster:
    """The cluster by the way that Pulumi goes; CommandError where it does not answer."""
    if described.get("certificateAuthority", {}).get("data") is None:
        fault = f"is {described['status']} without a certificate"
        raise CommandError(f"cluster {name}", fault, "try again in a minute")
    kubeconfig = token_kubeconfig(
        cluster=name,
        endpoint=described["endpoint"],
        certificate_authority=described["certificateAuthority"]["data"],
        region=stack.region,
    )
    acting = credentials_of(stack.file.aws)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kubeconfig"
        path.write_text(token_as(kubeconfig, profile=acting.profile, role_arn=acting.role_arn))
        cluster = connect(path, stack.nccl_namespace)
    try:
        cluster.node_claims()
    except Exception as error:
        if (told := cluster_error(error)) is None:
            raise
        fault = "cannot be asked what runs in it, and nothing was changed"
        raise CommandError(f"cluster {name}", fault, str(told)) from error
    return cluster
