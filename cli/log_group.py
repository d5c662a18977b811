"""The log group of a control plane, which comes back after its cluster: late events have EKS make it anew.

It is then without retention and key, in nobody's state, and in the way of the next `up`.
"""

from cli.aws_clients import Clients
from cli.aws_errors import in_one_line
from cli.console import tell
from cli.deployed import LOG_GROUP, deployed
from cli.errors import CommandError
from cli.identity import NoClusterError, describe_cluster
from cli.stacks import Stack


def refuse_log_group(stack: Stack, clients: Clients) -> None:
    """CommandError where the group is there and not the stack's: `up` could not make it."""
    if stack.own_cluster is None:
        return
    name = _name(stack.own_cluster)
    is_own = any(each.type == LOG_GROUP and each.id == name for each in deployed(stack))
    if not is_own and _is_there(name, clients):
        fault = "is there and not in the stack's state: EKS makes it again when a cluster has gone"
        cure = f"run: aws logs delete-log-group --region {stack.region} --log-group-name {name}"
        raise CommandError(f"log group {name}", fault, cure)


def remove_log_group(stack: Stack, clients: Clients) -> None:
    """Delete the group if the stack's cluster, which was its own, is gone."""
    if stack.own_cluster is None:
        return
    name = _name(stack.own_cluster)
    try:
        describe_cluster(clients("eks"), stack.own_cluster)
    except NoClusterError:
        if _is_there(name, clients):
            with in_one_line("CloudWatch Logs"):
                clients("logs").delete_log_group(logGroupName=name)
            tell(f"deleted log group {name}, which EKS had made again after its cluster")


def _name(cluster: str) -> str:
    return f"/aws/eks/{cluster}/cluster"


def _is_there(name: str, clients: Clients) -> bool:
    with in_one_line("CloudWatch Logs"):
        pages = clients("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
        return any(group["logGroupName"] == name for page in pages for group in page["logGroups"])
