"""Addons: kept with version, configuration and roles. What they would run in the cluster is not run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.aws.eks import pod_identity
from sandbox.aws.eks.addon_versions import NAMES, description, versions_of
from sandbox.aws.eks.updates import succeeded
from sandbox.aws.errors import AwsError, in_use, invalid, not_found
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.clusters import Cluster

NAMESPACE = "kube-system"


@dataclass
class Addon:
    """One installed addon."""

    name: str
    cluster_name: str
    arn: str
    version: str
    created: datetime
    modified: datetime
    configuration: str | None
    role_arn: str | None
    tags: dict[str, str]

    def description(self, cluster: "Cluster") -> dict[str, Any]:
        """The addon as DescribeAddon shows it."""
        owned = [one.arn for one in cluster.pod_identities.values() if one.owner_arn == self.arn]
        return {
            "addonName": self.name,
            "clusterName": self.cluster_name,
            "status": "ACTIVE",
            "addonVersion": self.version,
            "health": {"issues": []},
            "addonArn": self.arn,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "serviceAccountRoleArn": self.role_arn,
            "configurationValues": self.configuration,
            "podIdentityAssociations": owned,
            "tags": self.tags,
            "owner": "aws",
            "publisher": "eks",
        }


@operation("eks", "CreateAddon")
def create_addon(world: World, parameters: Parameters) -> Answer:
    """Install an addon at the version given or the default for the cluster's Kubernetes."""
    cluster, name = world.cluster(str(parameters["clusterName"])), str(parameters["addonName"])
    if name in cluster.addons:
        raise in_use("Addon already exists.")
    addon = Addon(
        name,
        cluster.name,
        f"{world.arn('eks')}:addon/{cluster.name}/{name}/{uuid4()}",
        _version(cluster, name, parameters.get("addonVersion")),
        world.now(),
        world.now(),
        parameters.get("configurationValues"),
        parameters.get("serviceAccountRoleArn"),
        dict(parameters.get("tags") or {}),
    )
    _associate(world, cluster, addon, parameters.get("podIdentityAssociations") or ())
    cluster.addons[name] = addon
    return {"addon": {**addon.description(cluster), "status": "CREATING"}}


@operation("eks", "DescribeAddon")
def describe_addon(world: World, parameters: Parameters) -> Answer:
    """One installed addon."""
    cluster, addon = _find(world, parameters)
    return {"addon": addon.description(cluster)}


@operation("eks", "ListAddons")
def list_addons(world: World, parameters: Parameters) -> Answer:
    """Names of the installed addons, 100 to a page."""
    cluster = world.cluster(str(parameters["clusterName"]))
    names, following = page(sorted(cluster.addons), parameters, 100, lower_case=True)
    return {"addons": names, **following}


@operation("eks", "UpdateAddon")
def update_addon(world: World, parameters: Parameters) -> Answer:
    """Change version, configuration or roles; what is not given stays."""
    cluster, addon = _find(world, parameters)
    if parameters.get("podIdentityAssociations") is not None:
        _associate(world, cluster, addon, parameters["podIdentityAssociations"])
    if parameters.get("addonVersion"):
        addon.version = _version(cluster, addon.name, parameters["addonVersion"])
    addon.configuration = parameters.get("configurationValues", addon.configuration)
    addon.role_arn = parameters.get("serviceAccountRoleArn", addon.role_arn)
    addon.modified = world.now()
    changes = {key: value for key, value in parameters.items() if key not in ("clusterName", "addonName")}
    return {"update": succeeded(world, cluster, "AddonUpdate", changes, of=addon.name)}


@operation("eks", "DeleteAddon")
def delete_addon(world: World, parameters: Parameters) -> Answer:
    """Remove an addon and the pod identity associations it brought."""
    cluster, addon = _find(world, parameters)
    pod_identity.remove_owned(cluster, addon.arn)
    del cluster.addons[addon.name]
    return {"addon": {**addon.description(cluster), "status": "DELETING"}}


@operation("eks", "DescribeAddonVersions")
def describe_addon_versions(_: World, parameters: Parameters) -> Answer:
    """The addons and versions there are, for one Kubernetes minor where that is asked."""
    wanted = parameters.get("addonName")
    kubernetes = parameters.get("kubernetesVersion")
    return {"addons": [description(name, kubernetes) for name in ([str(wanted)] if wanted else NAMES)]}


def _find(world: World, parameters: Parameters) -> tuple["Cluster", Addon]:
    cluster, name = world.cluster(str(parameters["clusterName"])), str(parameters["addonName"])
    if name not in cluster.addons:
        raise not_found(f"No addon: {name} found in cluster: {cluster.name}")
    return cluster, cluster.addons[name]


def _version(cluster: "Cluster", name: str, wanted: str | None) -> str:
    versions = versions_of(name, cluster.version)
    if wanted and wanted not in versions:
        raise invalid(
            f"Addon version specified is not supported: {name} {wanted}; supported: {', '.join(versions)}"
        )
    return wanted or versions[0]


def _associate(world: World, cluster: "Cluster", addon: Addon, wanted: Iterable[Mapping[str, str]]) -> None:
    """Give the addon these associations instead of those it has, or leave it those where one cannot be."""
    before = dict(cluster.pod_identities)
    pod_identity.remove_owned(cluster, addon.arn)
    try:
        for item in wanted:
            pod_identity.associate(
                world, cluster, NAMESPACE, item["serviceAccount"], item["roleArn"], {}, addon.arn
            )
    except AwsError:
        cluster.pod_identities = before
        raise
