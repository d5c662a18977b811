"""The stranger's EKS cluster: control plane, addons, and one managed node group."""

from sandbox.stranger.account import TAGS, Account
from sandbox.stranger.network import Network
from sandbox.stranger.script import Script

VERSION = "1.35"
SERVICE_CIDR = "172.20.0.0/16"
ADDONS = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns")
NODE_GROUP = "default"
INSTANCE_TYPE = "m6i.xlarge"
NODES = 2


def make_cluster(
    account: Account, name: str, network: Network, roles: tuple[str, str], script: Script
) -> None:
    """Make what is missing of it; EKS makes the security group and lets whoever calls it in.

    All four subnets are given to it, as is common: the control plane's interfaces may be in any, and load
    balancers look for them there.
    """
    eks, (control_plane_role, node_role) = account.eks, roles
    script.ensure(
        f"EKS cluster {name}",
        lambda: eks.describe_cluster(name=name)["cluster"]["arn"],
        lambda: eks.create_cluster(
            name=name,
            version=VERSION,
            roleArn=control_plane_role,
            resourcesVpcConfig={"subnetIds": [*network.private_subnet_ids, *network.public_subnet_ids]},
            kubernetesNetworkConfig={"serviceIpv4Cidr": SERVICE_CIDR},
            accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
            tags=TAGS,
        ),
    )
    for addon in ADDONS:
        _addon(account, name, addon, script)
    script.ensure(
        f"node group {NODE_GROUP}",
        lambda: eks.describe_nodegroup(clusterName=name, nodegroupName=NODE_GROUP)["nodegroup"]["status"],
        lambda: eks.create_nodegroup(
            clusterName=name,
            nodegroupName=NODE_GROUP,
            nodeRole=node_role,
            subnets=list(network.private_subnet_ids),
            instanceTypes=[INSTANCE_TYPE],
            scalingConfig={"minSize": NODES, "maxSize": 2 * NODES, "desiredSize": NODES},
            tags=TAGS,
        ),
    )


def _addon(account: Account, cluster: str, addon: str, script: Script) -> None:
    """At the version that EKS recommends for the cluster, since none is named."""
    eks = account.eks
    script.ensure(
        f"addon {addon}",
        lambda: eks.describe_addon(clusterName=cluster, addonName=addon)["addon"]["addonVersion"],
        lambda: eks.create_addon(clusterName=cluster, addonName=addon, tags=TAGS),
    )
