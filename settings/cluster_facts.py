"""What the checks must know of a cluster that the stack adopts, and of what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ClusterFacts:
    """An EKS cluster that exists."""

    name: str
    arn: str
    status: str
    """As EKS says: `ACTIVE`, `CREATING`, `UPDATING`, ... (EKS API reference, Cluster)."""
    version: str
    """Kubernetes minor version, such as `1.35`."""
    endpoint: str
    certificate_authority: str
    """Base64."""
    oidc_issuer: str
    """With `https://`; empty where the cluster has none."""
    vpc_id: str
    subnet_ids: tuple[str, ...]
    """Where the control plane has its interfaces, public subnets among them."""
    security_group_id: str
    """The group that EKS has made and puts on the control plane."""
    service_cidr: str
    """Range of Service addresses; empty for a cluster of IPv6."""
    ip_family: str
    """`ipv4` or `ipv6`."""
    authentication_mode: str
    """`CONFIG_MAP`, `API_AND_CONFIG_MAP` or `API`."""


@dataclass(frozen=True)
class AddonFacts:
    """An EKS addon of a cluster."""

    version: str
    configuration: str
    """JSON; empty for none."""
    has_role: bool = False
    """Whether its pods have a role of their own, by their service account (IRSA) or by EKS Pod Identity."""


@dataclass(frozen=True)
class NodeGroupFacts:
    """A managed node group of a cluster."""

    status: str
    """As EKS says: `ACTIVE`, `DEGRADED`, ... (EKS API reference, Nodegroup)."""
    desired_nodes: int
    launch_template_id: str | None
    """None for a group that EKS makes the template of."""
    instance_types: tuple[str, ...]
    """Empty where a launch template names the type."""
    taint_keys: tuple[str, ...]
    tags: Mapping[str, str]
    ami_type: str = ""
    """As EKS says: `CUSTOM` where the launch template names the image (EKS API reference, AMITypes)."""


@dataclass(frozen=True)
class SecurityGroupFacts:
    """A security group that exists."""

    vpc_id: str
    tags: Mapping[str, str]


def goes_by_node_role(addon: AddonFacts | None) -> bool:
    """Whether pods that call AWS have the rights of their node's role and no others.

    So it is with an addon without a role, as EKS installs it unless told otherwise. Of what is no addon
    nothing is known; it is taken to be so, as rights too many on the node role do less harm than nodes that
    never become Ready. The same goes for an association that was made apart from the addon, which Pulumi has
    no way to look up.
    """
    return addon is None or not addon.has_role


class ExistingClusterFacts(Protocol):
    """Facts of clusters that exist. None: no such thing; FactsError: not to be known."""

    def cluster(self, name: str) -> ClusterFacts | None:
        """The cluster, asked for only where `cluster.existing` says that it is there."""
        ...

    def access_entry_tags(self, cluster: str, principal_arn: str) -> Mapping[str, str] | None:
        """Tags of the access entry that the user or role has there; None where it has none."""
        ...

    def addon(self, cluster: str, name: str) -> AddonFacts | None:
        """An addon of the cluster, where EKS manages it."""
        ...

    def node_group_names(self, cluster: str) -> tuple[str, ...]:
        """Every managed node group of the cluster."""
        ...

    def node_group(self, cluster: str, name: str) -> NodeGroupFacts | None:
        """A managed node group of the cluster."""
        ...

    def security_group(self, group_id: str) -> SecurityGroupFacts | None:
        """The security group."""
        ...

    def launch_template_security_groups(self, template_id: str) -> tuple[str, ...]:
        """Ids of the security groups that the newest version of a launch template names."""
        ...

    def is_public_subnet(self, subnet_id: str, vpc_id: str) -> bool:
        """Whether the subnet's route table, or else that of its VPC, leads to an internet gateway."""
        ...
