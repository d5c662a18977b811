"""Pod identity associations: which IAM role the pods of a service account get.

Karpenter's credentials come this way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sandbox.aws.eks.roles import require_role
from sandbox.aws.errors import in_use, not_found
from sandbox.aws.paging import page
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

if TYPE_CHECKING:
    from sandbox.aws.eks.clusters import Cluster


@dataclass
class Association:
    """One role for one service account. `owner_arn` is the addon that brought it, if one did."""

    id: str
    cluster_name: str
    namespace: str
    service_account: str
    role_arn: str
    arn: str
    created: datetime
    modified: datetime
    tags: dict[str, str]
    owner_arn: str | None = None

    def description(self) -> dict[str, Any]:
        """The association as DescribePodIdentityAssociation shows it."""
        return {
            "associationId": self.id,
            "associationArn": self.arn,
            "clusterName": self.cluster_name,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "roleArn": self.role_arn,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "ownerArn": self.owner_arn,
            "tags": self.tags,
        }


def associate(
    world: World,
    cluster: "Cluster",
    namespace: str,
    service_account: str,
    role_arn: str,
    tags: Mapping[str, str],
    owner_arn: str | None = None,
) -> Association:
    """Add an association. A service account has one at the most."""
    require_role(world, role_arn, "roleArn")
    for present in cluster.pod_identities.values():
        if (present.namespace, present.service_account) == (namespace, service_account):
            raise in_use(f"Association already exists: {present.id}")
    association_id = f"a-{uuid4().hex[:17]}"
    arn = f"{world.arn('eks')}:podidentityassociation/{cluster.name}/{association_id}"
    association = Association(
        association_id,
        cluster.name,
        namespace,
        service_account,
        role_arn,
        arn,
        world.now(),
        world.now(),
        dict(tags),
        owner_arn,
    )
    cluster.pod_identities[association_id] = association
    return association


def remove_owned(cluster: "Cluster", owner_arn: str) -> None:
    """Remove the associations that an addon brought."""
    for association in list(cluster.pod_identities.values()):
        if association.owner_arn == owner_arn:
            del cluster.pod_identities[association.id]


@operation("eks", "CreatePodIdentityAssociation")
def create_pod_identity_association(world: World, parameters: Parameters) -> Answer:
    """A new association."""
    association = associate(
        world,
        world.cluster(str(parameters["clusterName"])),
        str(parameters["namespace"]),
        str(parameters["serviceAccount"]),
        str(parameters["roleArn"]),
        parameters.get("tags") or {},
    )
    return {"association": association.description()}


@operation("eks", "DescribePodIdentityAssociation")
def describe_pod_identity_association(world: World, parameters: Parameters) -> Answer:
    """One association."""
    return {"association": _find(world, parameters).description()}


@operation("eks", "ListPodIdentityAssociations")
def list_pod_identity_associations(world: World, parameters: Parameters) -> Answer:
    """Associations of the cluster, of a namespace or of a service account, 100 to a page."""
    cluster = world.cluster(str(parameters["clusterName"]))
    namespace, account = parameters.get("namespace"), parameters.get("serviceAccount")
    found = [
        one.description()
        for one in cluster.pod_identities.values()
        if namespace in (None, one.namespace) and account in (None, one.service_account)
    ]
    listed, following = page(found, parameters, 100, lower_case=True)
    return {"associations": listed, **following}


@operation("eks", "UpdatePodIdentityAssociation")
def update_pod_identity_association(world: World, parameters: Parameters) -> Answer:
    """Change the role."""
    association = _find(world, parameters)
    if parameters.get("roleArn"):
        require_role(world, str(parameters["roleArn"]), "roleArn")
        association.role_arn = str(parameters["roleArn"])
    association.modified = world.now()
    return {"association": association.description()}


@operation("eks", "DeletePodIdentityAssociation")
def delete_pod_identity_association(world: World, parameters: Parameters) -> Answer:
    """Remove an association."""
    association = _find(world, parameters)
    del world.cluster(association.cluster_name).pod_identities[association.id]
    return {"association": association.description()}


def _find(world: World, parameters: Parameters) -> Association:
    cluster, association_id = world.cluster(str(parameters["clusterName"])), str(parameters["associationId"])
    if association_id not in cluster.pod_identities:
        raise not_found(f"No association found with ID: {association_id}")
    return cluster.pod_identities[association_id]
