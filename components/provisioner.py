"""A provisioner: one EC2NodeClass and one NodePool.

The word is the seed project's and older than both kinds. Several launch layouts mean several provisioners,
since a static interface layout fits one instance type.
"""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.node_class import SecurityGroupIds, node_class_spec
from components.node_pool import node_pool_spec
from components.placement import placement_group_name
from knowledge.efa_interfaces import InterfacePlan
from knowledge.hardware import InstanceType
from knowledge.node_names import POOL_LABEL
from settings.nodes import ProvisionerSettings

_WAIT_FOR_DEPENDENTS = {"pulumi.com/deletionPropagationPolicy": "foreground"}
"""A NodePool owns its NodeClaims: deleted in the foreground, it is gone when its last node is."""

_DRAIN = "60m"
"""Longest wait for nodes to drain on destroy; a training pod may use its whole grace period to save."""


@dataclass(frozen=True)
class ProvisionerArgs:
    """The settings of one provisioner, with what was looked up for it."""

    cluster_name: pulumi.Input[str]
    """What the name of its placement group begins with."""
    tags: dict[str, str]
    """On its nodes and all that comes with them."""
    settings: ProvisionerSettings
    instance_types: tuple[InstanceType, ...]
    zone: str
    interfaces: InterfacePlan | None
    """The static layout; None where Karpenter lays interfaces out."""
    kubernetes_provider: kubernetes.Provider
    node_role_name: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    """In the provisioner's one zone."""
    security_group_ids: SecurityGroupIds
    """The cluster's, the EFA one, and further ones of a cluster that is somebody else's."""
    after: tuple[pulumi.Resource, ...]
    """Karpenter: the CRDs, and the controller that on destroy has yet to drain the nodes."""


class Provisioner(pulumi.ComponentResource):
    """What Karpenter brings nodes by."""

    node_class_name: pulumi.Output[str]
    node_pool_name: pulumi.Output[str]

    def __init__(self, name: str, args: ProvisionerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the placement group if there is to be one, the node class and the node pool."""
        super().__init__("eks-efa:karpenter:Provisioner", name, None, opts)
        settings = args.settings
        placement_group = placement_group_name(
            self,
            name,
            settings.placement_group,
            reserved=bool(settings.reservation_ids),
            tags={**args.tags, "Name": pulumi.Output.concat(args.cluster_name, "-", name)},
        )
        node_class = kubernetes.apiextensions.CustomResource(
            f"{name}-node-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata={"name": settings.name},
            spec=node_class_spec(
                settings,
                args.instance_types,
                interfaces=args.interfaces,
                node_role_name=args.node_role_name,
                subnet_id=args.subnet_id,
                security_group_ids=args.security_group_ids,
                placement_group_name=placement_group,
                tags={**args.tags, POOL_LABEL: settings.name},
            ),
            opts=self._options(args, *args.after),
        )
        node_pool = kubernetes.apiextensions.CustomResource(
            f"{name}-node-pool",
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": settings.name, "annotations": _WAIT_FOR_DEPENDENTS},
            spec=node_pool_spec(settings, args.instance_types, args.zone, settings.name),
            opts=self._options(args, node_class, *args.after),
        )
        self.node_class_name = node_class.id.apply(lambda _: settings.name)
        self.node_pool_name = node_pool.id.apply(lambda _: settings.name)
        self.register_outputs({"nodeClassName": self.node_class_name, "nodePoolName": self.node_pool_name})

    def _options(self, args: ProvisionerArgs, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            provider=args.kubernetes_provider,
            depends_on=list(depends_on),
            custom_timeouts=pulumi.CustomTimeouts(delete=_DRAIN),
        )
