"""Changes to a cluster that exists: its configuration, its Kubernetes version, its encryption."""

from sandbox.aws.eks.cluster_versions import check_upgrade_policy, is_supported
from sandbox.aws.eks.updates import succeeded
from sandbox.aws.errors import invalid
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

KINDS = {
    "resourcesVpcConfig": "EndpointAccessUpdate",
    "logging": "LoggingUpdate",
    "accessConfig": "AccessConfigUpdate",
    "upgradePolicy": "UpgradePolicyUpdate",
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
    "deletionProtection": "DeletionProtectionUpdate",
}
"""EKS's update type, by what is changed; EKS takes one of these at a time."""


@operation("eks", "UpdateClusterConfig")
def update_cluster_config(world: World, parameters: Parameters) -> Answer:
    """Change endpoint access, logging, access mode, upgrade policy, zonal shift or deletion protection."""
    cluster = world.cluster(str(parameters["name"]))
    changes = {key: value for key, value in parameters.items() if key not in ("name", "clientRequestToken")}
    if policy := changes.get("upgradePolicy"):
        check_upgrade_policy(world, cluster.version, policy["supportType"])
    for key, value in changes.items():
        present = cluster.config.get(key)
        cluster.config[key] = (
            {**present, **value} if isinstance(present, dict) and isinstance(value, dict) else value
        )
    kind = next((KINDS[key] for key in changes if key in KINDS), "ConfigUpdate")
    return {"update": succeeded(world, cluster, kind, changes)}


@operation("eks", "UpdateClusterVersion")
def update_cluster_version(world: World, parameters: Parameters) -> Answer:
    """Go up one minor version."""
    cluster = world.cluster(str(parameters["name"]))
    version = str(parameters["version"])
    now, wanted = (int(text.split(".")[1]) for text in (cluster.version, version))
    if not is_supported(world, version) or wanted != now + 1:
        raise invalid(f"Unsupported Kubernetes minor version update from {cluster.version} to {version}")
    cluster.version = version
    return {"update": succeeded(world, cluster, "VersionUpdate", {"version": version})}


@operation("eks", "AssociateEncryptionConfig")
def associate_encryption_config(world: World, parameters: Parameters) -> Answer:
    """Turn envelope encryption on. It cannot be turned off or changed."""
    cluster = world.cluster(str(parameters["clusterName"]))
    if cluster.config.get("encryptionConfig"):
        raise invalid("Encryption is already enabled on this cluster")
    cluster.config["encryptionConfig"] = parameters["encryptionConfig"]
    return {"update": succeeded(world, cluster, "AssociateEncryptionConfig", {})}
