"""Functions about EKS clusters that exist, and about what is in them: addons and managed node groups.

The answers are those of the provider's data sources (internal/service/eks of terraform-provider-aws), which
have a list wherever EKS has one thing or none, and leave out the tags that AWS itself has put on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from sandbox.engine.errors import SandboxError
from sandbox.engine.functions.filters import without_aws
from sandbox.engine.handlers.absence import is_absent
from sandbox.engine.values import Properties
from sandbox.engine.world import World


def get_cluster(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getCluster:getCluster`."""
    name = arguments["name"]
    with _found(f"EKS Cluster ({name})"):
        cluster: Any = world.eks.describe_cluster(name=name)["cluster"]
    return {
        **arguments,
        "id": name,
        **{key: cluster[key] for key in ("arn", "endpoint", "name", "roleArn", "status", "version")},
        "accessConfigs": _one(
            cluster.get("accessConfig"),
            authenticationMode="",
            bootstrapClusterCreatorAdminPermissions=False,
        ),
        "certificateAuthorities": _one(cluster.get("certificateAuthority"), data=""),
        "clusterId": cluster.get("id", ""),
        "createdAt": cluster["createdAt"].isoformat(),
        "deletionProtection": cluster.get("deletionProtection", False),
        "enabledClusterLogTypes": [
            kind
            for setup in cluster.get("logging", {}).get("clusterLogging", [])
            if setup["enabled"]
            for kind in setup["types"]
        ],
        "identities": [{"oidcs": _one((cluster.get("identity") or {}).get("oidc"), issuer="")}],
        "kubernetesNetworkConfigs": [_network(cluster.get("kubernetesNetworkConfig") or {})],
        "platformVersion": cluster.get("platformVersion", ""),
        "region": world.region,
        "tags": without_aws(cluster.get("tags") or {}),
        "upgradePolicies": _one(cluster.get("upgradePolicy"), supportType=""),
        "vpcConfig": _vpc(cluster["resourcesVpcConfig"]),
        "zonalShiftConfigs": _one(cluster.get("zonalShiftConfig"), enabled=False),
        **{key: [] for key in _NEVER},
    }


_NEVER = (
    "computeConfigs",
    "controlPlaneScalingConfigs",
    "kubeApiServerConfigs",
    "kubeControllerManagerConfigs",
    "kubeSchedulerConfigs",
    "outpostConfigs",
    "remoteNetworkConfigs",
    "storageConfigs",
)
"""What a cluster has with Auto Mode, a larger control plane, Outposts or hybrid nodes only."""


def get_access_entry(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getAccessEntry:getAccessEntry`."""
    cluster, principal = arguments["clusterName"], arguments["principalArn"]
    with _found(f"EKS Access Entry ({cluster}:{principal})"):
        entry: Any = world.eks.describe_access_entry(clusterName=cluster, principalArn=principal)[
            "accessEntry"
        ]
    tags = without_aws(entry.get("tags") or {})
    return {
        **arguments,
        "id": f"{cluster}:{principal}",
        "accessEntryArn": entry["accessEntryArn"],
        "createdAt": entry["createdAt"].isoformat(),
        "kubernetesGroups": entry.get("kubernetesGroups") or [],
        "modifiedAt": entry["modifiedAt"].isoformat(),
        "region": world.region,
        "tags": tags,
        "tagsAll": tags,
        "type": entry["type"],
        "userName": entry["username"],
    }


def get_addon(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getAddon:getAddon`."""
    cluster, name = arguments["clusterName"], arguments["addonName"]
    with _found(f"EKS Add-On ({cluster}:{name})"):
        addon: Any = world.eks.describe_addon(clusterName=cluster, addonName=name)["addon"]
    return {
        **arguments,
        "id": f"{cluster}:{name}",
        "addonVersion": addon["addonVersion"],
        "arn": addon["addonArn"],
        "configurationValues": addon.get("configurationValues") or "",
        "createdAt": addon["createdAt"].isoformat(),
        "modifiedAt": addon["modifiedAt"].isoformat(),
        "podIdentityAssociations": [
            _association(world, cluster, arn) for arn in addon.get("podIdentityAssociations") or []
        ],
        "region": world.region,
        "serviceAccountRoleArn": addon.get("serviceAccountRoleArn") or "",
        "tags": without_aws(addon.get("tags") or {}),
    }


def get_node_groups(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getNodeGroups:getNodeGroups`, which are the managed ones."""
    cluster = arguments["clusterName"]
    pages = world.eks.get_paginator("list_nodegroups").paginate(clusterName=cluster)
    names = [name for page in pages for name in page["nodegroups"]]
    return {**arguments, "id": cluster, "names": names, "region": world.region}


def get_node_group(world: World, arguments: Properties) -> Properties:
    """`aws:eks/getNodeGroup:getNodeGroup`."""
    cluster, name = arguments["clusterName"], arguments["nodeGroupName"]
    with _found(f"EKS Node Group ({cluster}:{name})"):
        described = world.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)
    group: Any = described["nodegroup"]
    resources = group.get("resources") or {}
    groups = [{"name": each["name"]} for each in resources.get("autoScalingGroups", [])]
    return {
        **arguments,
        "id": f"{cluster}:{name}",
        **{key: group.get(key) or "" for key in ("amiType", "capacityType", "releaseVersion", "status")},
        "arn": group["nodegroupArn"],
        "diskSize": group.get("diskSize") or 0,
        "instanceTypes": group.get("instanceTypes") or [],
        "labels": group.get("labels") or {},
        "launchTemplates": _one(group.get("launchTemplate"), id="", name="", version=""),
        "nodeRoleArn": group["nodeRole"],
        "region": world.region,
        "remoteAccesses": [],
        "resources": [{"autoscalingGroups": groups, "remoteAccessSecurityGroupId": ""}],
        "scalingConfigs": _one(group.get("scalingConfig"), desiredSize=0, maxSize=0, minSize=0),
        "subnetIds": group["subnets"],
        "tags": without_aws(group.get("tags") or {}),
        "taints": [_fields(taint, key="", value="", effect="") for taint in group.get("taints") or []],
        "updateConfigs": _one(
            group.get("updateConfig"), maxUnavailable=0, maxUnavailablePercentage=0, updateStrategy=""
        ),
        "version": group["version"],
        "warmPoolConfigs": [],
    }


@contextmanager
def _found(what: str) -> Iterator[None]:
    """Around a question about one thing: that there is none, in the provider's words."""
    try:
        yield
    except ClientError as error:
        if not is_absent(error):
            raise
        raise SandboxError(f"reading {what}", "couldn't find resource", "mend its name") from error


def _one(described: Any, **defaults: object) -> list[Properties]:
    """A list of the one thing described, with these of its fields; empty where there is none."""
    return [_fields(described, **defaults)] if described else []


def _fields(described: Any, **defaults: object) -> Properties:
    return {key: described.get(key, default) for key, default in defaults.items()}


def _network(described: Any) -> Properties:
    return {
        "elasticLoadBalancings": _one(described.get("elasticLoadBalancing"), enabled=False),
        "ipFamily": described.get("ipFamily", ""),
        "serviceIpv4Cidr": described.get("serviceIpv4Cidr", ""),
        "serviceIpv6Cidr": described.get("serviceIpv6Cidr", ""),
    }


def _vpc(described: Any) -> Properties:
    return {
        "clusterSecurityGroupId": described.get("clusterSecurityGroupId", ""),
        "controlPlaneEgressMode": "",
        "endpointPrivateAccess": described.get("endpointPrivateAccess", False),
        "endpointPublicAccess": described.get("endpointPublicAccess", True),
        "publicAccessCidrs": described.get("publicAccessCidrs", []),
        "securityGroupIds": described.get("securityGroupIds", []),
        "subnetIds": described.get("subnetIds", []),
        "vpcId": described.get("vpcId", ""),
    }


def _association(world: World, cluster: str, arn: str) -> Properties:
    id = arn.rpartition("/")[2]
    described = world.eks.describe_pod_identity_association(clusterName=cluster, associationId=id)
    association: Any = described["association"]
    return {"roleArn": association["roleArn"], "serviceAccount": association["serviceAccount"]}
