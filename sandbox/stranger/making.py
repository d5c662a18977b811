"""All of the stranger's cluster: made in order, and looked at."""

from collections.abc import Mapping

from sandbox.stranger.account import Account
from sandbox.stranger.cluster import NODE_GROUP, NODES, make_cluster
from sandbox.stranger.names import CLUSTER
from sandbox.stranger.network import SUBNETS, make_network, subnets_by_zone
from sandbox.stranger.roles import make_roles
from sandbox.stranger.script import Report, Script
from sandbox.stranger.workload import DEPLOYMENT, NAMESPACE, REPLICAS, make_workload, running_pods
from sandbox.world.kubernetes import NODES as NODES_PATH
from sandbox.world.kubernetes import Kubernetes


def make(account: Account, kubernetes: Kubernetes, report: Report) -> tuple[str, ...]:
    """Make whatever is missing; what that was. A script that was killed is taken up where it was."""
    script = Script(report)
    network = make_network(account, CLUSTER, script)
    make_cluster(account, CLUSTER, network, make_roles(account, CLUSTER, script), script)
    make_workload(kubernetes, script)
    return tuple(script.made)


def waits_for(account: Account, kubernetes: Kubernetes) -> str | None:
    """What is still to come: its nodes, then its pods; None once all of it runs."""
    group = account.eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=NODE_GROUP)["nodegroup"]
    of_group = f"eks.amazonaws.com/nodegroup={NODE_GROUP}"
    nodes = len(kubernetes.get(NODES_PATH, labelSelector=of_group)["items"])
    if group["status"] != "ACTIVE" or nodes < NODES:
        return f"{nodes} of {NODES} nodes are there"
    pods = running_pods(kubernetes)
    return f"{pods} of {REPLICAS} pods run" if pods < REPLICAS else None


def described(account: Account) -> Mapping[str, str]:
    """What somebody who is to adopt it would be told, by headings."""
    cluster = account.eks.describe_cluster(name=CLUSTER)["cluster"]
    group = account.eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=NODE_GROUP)["nodegroup"]
    vpc_id = cluster["resourcesVpcConfig"]["vpcId"]
    return {
        "Cluster": f"{CLUSTER}, Kubernetes {cluster['version']}, {account.region}",
        "VPC": vpc_id,
        **{f"{kind.capitalize()} subnets": subnets_by_zone(account, vpc_id, kind) for kind in SUBNETS},
        "Addons": ", ".join(account.eks.list_addons(clusterName=CLUSTER)["addons"]),
        "Node group": f"{NODE_GROUP}: {group['scalingConfig']['desiredSize']} x {group['instanceTypes'][0]}",
        "Runs on it": f"{REPLICAS} pods of {NAMESPACE}/{DEPLOYMENT}",
    }
