"""The addons, in two waves: what a node needs to become Ready, and what needs a node to become Ready."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.addon import Addon, AddonArgs, AddonIdentity
from components.context import StackContext
from knowledge.iam.node_role import ebs_csi_managed_policy_arn, vpc_cni_managed_policy_arn

NODE_ADDONS = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
SYSTEM_ADDONS = ("coredns", "aws-ebs-csi-driver")
ADDON_NAMES = (*NODE_ADDONS, *SYSTEM_ADDONS)

_ENFORCING = {"enableNetworkPolicy": "true"}
"""https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html"""


@dataclass(frozen=True)
class AddonsArgs:
    """The cluster, and a full version for each name in `ADDON_NAMES`."""

    context: StackContext
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    versions: Mapping[str, str]
    after: tuple[pulumi.Resource, ...] = ()
    """What must be there before any of them."""
    network_policies: bool = False
    """Whether the VPC CNI is to enforce NetworkPolicies."""


class NodeAddons(pulumi.ComponentResource):
    """DaemonSets without which a node stays NotReady, or its pods without credentials.

    They are there before the first node: EKS calls a DaemonSet with nowhere to run active.
    """

    def __init__(self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the network addons and the pod identity agent."""
        super().__init__("eks-efa:cluster:NodeAddons", name, None, opts)
        _make(self, name, NODE_ADDONS, args)
        self.register_outputs({})


class SystemAddons(pulumi.ComponentResource):
    """Deployments on the system nodes: EKS waits for their pods, so the nodes come first."""

    def __init__(self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make cluster DNS and the storage driver."""
        super().__init__("eks-efa:cluster:SystemAddons", name, None, opts)
        _make(self, name, SYSTEM_ADDONS, args)
        self.register_outputs({})


def _make(parent: pulumi.Resource, name: str, addon_names: tuple[str, ...], args: AddonsArgs) -> None:
    identities = _identities(args.context.partition)
    for addon_name in addon_names:
        Addon(
            f"{name}-{addon_name}",
            AddonArgs(
                context=args.context,
                cluster_name=args.cluster_name,
                cluster_arn=args.cluster_arn,
                addon_name=addon_name,
                version=args.versions[addon_name],
                identity=identities.get(addon_name),
                configuration=_ENFORCING if addon_name == "vpc-cni" and args.network_policies else None,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=parent),
        )


def _identities(partition: str) -> dict[str, AddonIdentity]:
    """Only two of the five call AWS; a role for each keeps their rights off the node role."""
    return {
        "vpc-cni": AddonIdentity("aws-node", vpc_cni_managed_policy_arn(partition)),
        "aws-ebs-csi-driver": AddonIdentity("ebs-csi-controller-sa", ebs_csi_managed_policy_arn(partition)),
    }
