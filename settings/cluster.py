"""`cluster` and `systemNodes`: the control plane and the nodes that run what the cluster itself needs."""

from typing import Literal

from pydantic import Field

from knowledge.eks_addons import EKS_ADDONS
from knowledge.eks_versions import UpgradePolicy
from settings.base import Branch

CLUSTER_NAME = r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"
"""EKS API reference, CreateCluster."""

LogType = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]


class AddonVersions(Branch):
    """Versions of the EKS addons. `default` takes the one EKS recommends for the Kubernetes version on the
    day of the `up`, which rolls the addon on every node when that has changed; in prod a version is named."""

    vpc_cni: str = "default"
    """Amazon VPC CNI; efa-only interfaces need 1.18.5 or newer (EKS user guide, node-efa)."""
    kube_proxy: str = "default"
    """kube-proxy."""
    coredns: str = "default"
    """CoreDNS."""
    pod_identity_agent: str = "default"
    """EKS Pod Identity agent; Karpenter gets its credentials from it."""
    ebs_csi_driver: str = "default"
    """EBS CSI driver."""

    def by_name(self) -> dict[str, str]:
        """Versions by the names that the addons have in EKS."""
        versions = self.model_dump(by_alias=True)
        return {name: versions[key] for key, name in EKS_ADDONS.items()}


class ExistingCluster(Branch):
    """A cluster that somebody else made: what is added is removed again, and nothing else is changed."""

    system_node_group: str = Field(min_length=1, max_length=63, examples=["default"])
    """Managed node group of the cluster whose nodes run Karpenter, the MPI operator and the like: two nodes
    or more."""
    node_security_group_ids: tuple[str, ...] = ()
    """Security groups that our nodes carry beside the cluster's and our own for EFA, so that pods here and
    there reach each other. Left out: those in the launch template of `systemNodeGroup`."""


class PrivateAccess(Branch):
    """Who reaches the API endpoint inside the VPC. EKS lets in nodes alone, so whoever runs Pulumi, `kubectl`
    or `eks-efa` by a private way has to be named."""

    cidrs: tuple[str, ...] = Field(default=(), examples=[["10.20.0.0/16"]])
    """IPv4 ranges that may reach it: a subnet with a runner in it, a VPN, a peered network."""
    security_group_ids: tuple[str, ...] = Field(default=(), examples=[["sg-0123456789abcdef0"]])
    """Security groups whose members may reach it, of this VPC or of a peered one."""
    vpc_connected: bool = False
    """Whether the VPC that the program makes is connected with where Pulumi runs: by peering, a VPN or a
    transit gateway, or since Pulumi runs inside. It cannot be so before the first `up`, which makes it."""


class ClusterSettings(Branch):
    """The EKS control plane."""

    name: str = Field(pattern=CLUSTER_NAME, examples=["train"])
    """Cluster name, 1 to 100 characters. Changing it replaces the cluster."""
    existing: ExistingCluster | None = None
    """Adopt the cluster of that name instead of making one. `version`, `serviceCidr`, `networkPolicies` and
    `network.existing` are then looked up where they are left out; every other field here is unused."""
    version: str = "1.35"
    """Kubernetes minor version, in quotes: YAML reads 1.30 as 1.3."""
    upgrade_policy: UpgradePolicy = "EXTENDED"
    """What EKS does when standard support of `version` ends. EXTENDED: leaves the cluster as it is for a year
    and bills extended support on top. STANDARD: upgrades the control plane by itself, not the nodes, and
    `version` is then behind. EKS lets it be changed during standard support only."""
    public_access: bool = False
    """Whether the API endpoint can be reached from outside the VPC. The first `up` needs it where it makes
    the VPC: nobody is connected with that before."""
    public_access_cidrs: tuple[str, ...] = ()
    """Who may reach a public endpoint. Never 0.0.0.0/0."""
    private_access: PrivateAccess = PrivateAccess()
    """Who may reach the private endpoint, which is always there, beside the nodes."""
    service_cidr: str = "172.20.0.0/16"
    """Range of Service addresses; must not overlap the VPC."""
    kms_key_arn: str | None = None
    """KMS key for envelope encryption of Secrets. None: the program makes one with rotation on."""
    log_types: tuple[LogType, ...] = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    """Control-plane logs sent to CloudWatch."""
    log_retention_days: int = 90
    """How long they are kept, in days; one of the values CloudWatch Logs accepts."""
    admin_role_arns: tuple[str, ...] = ()
    """IAM roles that administer the cluster. EKS makes whoever creates it an administrator; everybody who
    deploys later has to be listed. A role that has an access entry already, as the creator's has, keeps that
    and gets none of ours."""
    deletion_protection: bool = False
    """Refuse to delete the cluster and what runs in it: `down`, `pulumi destroy` and EKS itself refuse.
    Production says it. To take a stack away: write `false`, run `up` once, then `down`."""
    network_policies: bool = False
    """Whether the VPC CNI enforces NetworkPolicies, which keep the pods of teams apart; teams need it."""
    addons: AddonVersions = AddonVersions()
    """Addon versions."""


class SystemImageSettings(Branch):
    """The machine image of system nodes: EKS's AL2023."""

    release: str | None = None
    """Release as EKS calls it, `<Kubernetes with its patch>-<date>`, such as `1.35.4-20261012`. None: the
    newest of the day on which the group is made; only a new Kubernetes minor replaces it, so nobody patches
    these nodes."""


class SystemNodesSettings(Branch):
    """The managed node group for Karpenter's controller, CoreDNS and other system pods."""

    instance_types: tuple[str, ...] = ("m6i.xlarge",)
    """Instance types, first choice first."""
    min_nodes: int = Field(default=2, ge=2)
    """At least two: Karpenter runs two replicas on two hosts in two zones."""
    desired_nodes: int = Field(default=2, ge=2)
    """Nodes at creation. Later changes of the running group are left alone."""
    max_nodes: int = Field(default=4, ge=2)
    """Most nodes the group may have."""
    critical_addons_only: bool = True
    """Taint the nodes `CriticalAddonsOnly`, so that training pods stay off them."""
    ami: SystemImageSettings = SystemImageSettings()
    """Machine image."""
    disk_gib: int = Field(default=100, ge=20, le=16384)
    """Root volume in GiB, gp3, encrypted."""
