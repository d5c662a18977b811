"""Access entries: which IAM principals may use the Kubernetes API, and the node roles among them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.aws.errors import AwsError, in_use, invalid, not_found
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.clusters import Cluster

NODE_TYPES = ("EC2_LINUX", "EC2_WINDOWS", "EC2", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX")
TYPES = ("STANDARD", *NODE_TYPES)
NODE_USERNAME = "system:node:{{EC2PrivateDNSName}}"
CLUSTER_ADMIN = "AmazonEKSClusterAdminPolicy"


@dataclass
class AccessEntry:
    """One principal of one cluster. `policies` are associated access policies in EKS's spelling, by ARN."""

    cluster_name: str
    principal_arn: str
    arn: str
    type: str
    username: str
    groups: list[str]
    created: datetime
    modified: datetime
    tags: dict[str, str]
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        """The entry as DescribeAccessEntry shows it."""
        return {
            "clusterName": self.cluster_name,
            "principalArn": self.principal_arn,
            "accessEntryArn": self.arn,
            "type": self.type,
            "username": self.username,
            "kubernetesGroups": self.groups,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "tags": self.tags,
        }


def find(world: World, parameters: Parameters) -> AccessEntry:
    """The entry of the principal that a call names. Raises EKS's error where there is none."""
    principal = str(parameters["principalArn"])
    entries = world.cluster(str(parameters["clusterName"])).access_entries
    if principal not in entries:
        raise not_found(f"The specified principalArn could not be found: {principal}")
    return entries[principal]


def admit_creator(world: World, cluster: "Cluster") -> None:
    """The cluster admin that EKS makes of whoever created the cluster."""
    entry = _new(world, cluster, world.caller, "STANDARD")
    policy_arn = f"arn:{world.partition}:eks::aws:cluster-access-policy/{CLUSTER_ADMIN}"
    scope = {"type": "cluster", "namespaces": []}
    now = world.now()
    entry.policies[policy_arn] = {
        "policyArn": policy_arn,
        "accessScope": scope,
        "associatedAt": now,
        "modifiedAt": now,
    }


def admit_nodes(world: World, cluster: "Cluster", role_arn: str) -> None:
    """The entry that EKS makes for a managed node group's role, where there is none yet.

    A later CreateAccessEntry for the same role fails, here as there: an entry of one's own has to come first.
    """
    if cluster.authentication_mode != "CONFIG_MAP" and role_arn not in cluster.access_entries:
        _new(world, cluster, role_arn, "EC2_LINUX")


@operation("eks", "CreateAccessEntry")
def create_access_entry(world: World, parameters: Parameters) -> Answer:
    """A new entry. A principal has one at the most."""
    cluster = world.cluster(str(parameters["clusterName"]))
    principal, kind = str(parameters["principalArn"]), str(parameters.get("type") or "STANDARD")
    if cluster.authentication_mode == "CONFIG_MAP":
        message = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP]"
        raise AwsError("InvalidRequestException", message)
    if principal in cluster.access_entries:
        raise in_use(f"The specified access entry resource is already in use on this cluster: {principal}")
    if kind not in TYPES:
        raise invalid(f"The type {kind} is invalid")
    groups = list(parameters.get("kubernetesGroups") or [])
    if kind != "STANDARD" and groups:
        raise invalid(f"The kubernetesGroups field cannot be specified for access entries of type {kind}")
    if any(group.startswith("system:") for group in groups):
        raise invalid("The kubernetes group name cannot start with system:")
    entry = _new(world, cluster, principal, kind)
    entry.tags |= parameters.get("tags") or {}
    entry.groups = groups or entry.groups
    entry.username = str(parameters.get("username") or entry.username)
    return {"accessEntry": entry.description()}


@operation("eks", "DescribeAccessEntry")
def describe_access_entry(world: World, parameters: Parameters) -> Answer:
    """One entry."""
    return {"accessEntry": find(world, parameters).description()}


@operation("eks", "ListAccessEntries")
def list_access_entries(world: World, parameters: Parameters) -> Answer:
    """Principals, of one access policy where that is asked, 100 to a page."""
    policy = parameters.get("associatedPolicyArn")
    entries = world.cluster(str(parameters["clusterName"])).access_entries.values()
    arns = sorted(entry.principal_arn for entry in entries if not policy or policy in entry.policies)
    listed, following = page(arns, parameters, 100, lower_case=True)
    return {"accessEntries": listed, **following}


@operation("eks", "UpdateAccessEntry")
def update_access_entry(world: World, parameters: Parameters) -> Answer:
    """Change groups or username of a standard entry."""
    entry = find(world, parameters)
    if entry.type != "STANDARD":
        raise invalid(f"An access entry of type {entry.type} cannot be updated")
    if parameters.get("kubernetesGroups") is not None:
        entry.groups = list(parameters["kubernetesGroups"])
    entry.username = str(parameters.get("username") or entry.username)
    entry.modified = world.now()
    return {"accessEntry": entry.description()}


@operation("eks", "DeleteAccessEntry")
def delete_access_entry(world: World, parameters: Parameters) -> Answer:
    """Remove an entry with its policies."""
    entry = find(world, parameters)
    del world.cluster(entry.cluster_name).access_entries[entry.principal_arn]
    return {}


def _new(world: World, cluster: "Cluster", principal: str, kind: str) -> AccessEntry:
    is_node = kind in NODE_TYPES
    name = principal.rsplit(":", 1)[-1]
    entry = AccessEntry(
        cluster.name,
        principal,
        f"{world.arn('eks')}:access-entry/{cluster.name}/{name.split('/')[0]}/{world.account}/{name.split('/')[-1]}/{uuid4()}",
        kind,
        NODE_USERNAME if is_node else principal,
        ["system:nodes"] if is_node else [],
        world.now(),
        world.now(),
        {},
    )
    cluster.access_entries[principal] = entry
    return entry
