"""Clusters: what EKS says of a control plane, with the endpoint of the real one that stands behind it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.aws.eks import access_entries, cluster_security_group, control_plane_logs
from sandbox.aws.eks.cluster_versions import DEFAULT, check_upgrade_policy, is_supported
from sandbox.aws.eks.roles import require_role
from sandbox.aws.errors import AwsError, in_use, invalid
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.access_entries import AccessEntry
    from sandbox.aws.eks.addons import Addon
    from sandbox.aws.eks.node_group import NodeGroup
    from sandbox.aws.eks.pod_identity import Association

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@dataclass
class Cluster:
    """One EKS cluster and everything that belongs to it.

    `config` holds what was asked for, in EKS's spelling.
    """

    name: str
    arn: str
    version: str
    created: datetime
    security_group_id: str
    vpc_id: str
    config: dict[str, Any]
    tags: dict[str, str]
    identity: str = field(default_factory=lambda: uuid4().hex.upper())
    node_groups: dict[str, "NodeGroup"] = field(default_factory=dict)
    addons: dict[str, "Addon"] = field(default_factory=dict)
    access_entries: dict[str, "AccessEntry"] = field(default_factory=dict)
    pod_identities: dict[str, "Association"] = field(default_factory=dict)
    updates: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def description(self, world: World) -> dict[str, Any]:
        """The cluster as DescribeCluster shows it."""
        endpoint, authority = world.control_plane(self.name) or (
            f"https://{self.identity}.gr7.{world.region}.eks.amazonaws.com",
            "",
        )
        vpc = self.config["resourcesVpcConfig"]
        network = self.config.get("kubernetesNetworkConfig") or {}
        return {
            "name": self.name,
            "arn": self.arn,
            "createdAt": self.created,
            "version": self.version,
            "platformVersion": "eks.1",
            "status": "ACTIVE",
            "endpoint": endpoint,
            "certificateAuthority": {"data": authority},
            "roleArn": self.config["roleArn"],
            "resourcesVpcConfig": {
                "subnetIds": vpc.get("subnetIds", []),
                "securityGroupIds": vpc.get("securityGroupIds", []),
                "clusterSecurityGroupId": self.security_group_id,
                "vpcId": self.vpc_id,
                "endpointPublicAccess": vpc.get("endpointPublicAccess", True),
                "endpointPrivateAccess": vpc.get("endpointPrivateAccess", False),
                "publicAccessCidrs": vpc.get("publicAccessCidrs") or ["0.0.0.0/0"],
            },
            "kubernetesNetworkConfig": {
                "serviceIpv4Cidr": network.get("serviceIpv4Cidr") or "172.20.0.0/16",
                "ipFamily": network.get("ipFamily") or "ipv4",
                "elasticLoadBalancing": {"enabled": False},
            },
            "logging": _logging(self.config.get("logging")),
            "identity": {
                "oidc": {"issuer": f"https://oidc.eks.{world.region}.amazonaws.com/id/{self.identity}"}
            },
            "encryptionConfig": self.config.get("encryptionConfig") or [],
            "accessConfig": {"authenticationMode": self.authentication_mode},
            "upgradePolicy": self.config.get("upgradePolicy") or {"supportType": "EXTENDED"},
            "zonalShiftConfig": self.config.get("zonalShiftConfig") or {"enabled": False},
            "deletionProtection": bool(self.config.get("deletionProtection")),
            "health": {"issues": []},
            "tags": self.tags,
        }

    @property
    def authentication_mode(self) -> str:
        """`API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`."""
        return str((self.config.get("accessConfig") or {}).get("authenticationMode") or "CONFIG_MAP")


@operation("eks", "CreateCluster")
def create_cluster(world: World, parameters: Parameters) -> Answer:
    """A new cluster, active at once, with its own security group."""
    name = str(parameters["name"])
    if name in world.clusters:
        raise in_use(f"Cluster already exists with name: {name}")
    version = str(parameters.get("version") or DEFAULT)
    if not is_supported(world, version):
        raise invalid(f"unsupported Kubernetes version {version}")
    policy = parameters.get("upgradePolicy") or {}
    check_upgrade_policy(world, version, policy.get("supportType", "EXTENDED"))
    require_role(world, str(parameters["roleArn"]), "roleArn")
    vpc_id = _validate_subnets(world, parameters["resourcesVpcConfig"].get("subnetIds") or [])
    cluster = Cluster(
        name=name,
        arn=f"{world.arn('eks')}:cluster/{name}",
        version=version,
        created=world.now(),
        security_group_id=cluster_security_group.create(world, name, vpc_id),
        vpc_id=vpc_id,
        config=dict(parameters),
        tags=dict(parameters.get("tags") or {}),
    )
    world.clusters[name] = cluster
    access = parameters.get("accessConfig") or {}
    if (
        access.get("bootstrapClusterCreatorAdminPermissions", True)
        and cluster.authentication_mode != "CONFIG_MAP"
    ):
        access_entries.admit_creator(world, cluster)
    return {"cluster": {**cluster.description(world), "status": "CREATING"}}


@operation("eks", "DescribeCluster")
def describe_cluster(world: World, parameters: Parameters) -> Answer:
    """One cluster."""
    return {"cluster": world.cluster(str(parameters["name"])).description(world)}


@operation("eks", "ListClusters")
def list_clusters(world: World, parameters: Parameters) -> Answer:
    """Names of all clusters, 100 to a page."""
    names, following = page(sorted(world.clusters), parameters, 100, lower_case=True)
    return {"clusters": names, **following}


@operation("eks", "DeleteCluster")
def delete_cluster(world: World, parameters: Parameters) -> Answer:
    """Remove a cluster without node groups, and its security group."""
    cluster = world.cluster(str(parameters["name"]))
    if cluster.config.get("deletionProtection"):
        raise AwsError("InvalidRequestException", "Cannot delete cluster: deletion protection is enabled")
    if cluster.node_groups:
        raise in_use("Cluster has nodegroups attached")
    cluster_security_group.delete(world, cluster.security_group_id)
    del world.clusters[cluster.name]
    control_plane_logs.log_late(world, cluster)
    return {"cluster": {**cluster.description(world), "status": "DELETING"}}


def _validate_subnets(world: World, subnet_ids: list[str]) -> str:
    """The VPC of the subnets, of which EKS wants two zones at least."""
    subnets = [world.ec2.get_subnet(subnet_id) for subnet_id in subnet_ids]
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise invalid("Subnets specified must be in at least two different AZs")
    return str(subnets[0].vpc_id)


def _logging(asked: dict[str, Any] | None) -> dict[str, Any]:
    setups = (asked or {}).get("clusterLogging") or []
    enabled = [kind for setup in setups if setup.get("enabled") for kind in setup.get("types") or []]
    disabled = [kind for kind in LOG_TYPES if kind not in enabled]
    both = ({"types": enabled, "enabled": True}, {"types": disabled, "enabled": False})
    return {"clusterLogging": [setup for setup in both if setup["types"]]}
