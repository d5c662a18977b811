"""Access policies: EKS's own sets of Kubernetes permissions, associated with access entries."""

from sandbox.aws.eks import access_entries
from sandbox.aws.errors import invalid, not_found
from sandbox.aws.registry import Answer, Parameters, operation
from sandbox.aws.world import World

# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
POLICIES = (
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
)


@operation("eks", "ListAccessPolicies")
def list_access_policies(world: World, _: Parameters) -> Answer:
    """The policies an entry can be given; those for people, not those EKS gives to its own services."""
    return {"accessPolicies": [{"name": name, "arn": _arn(world, name)} for name in POLICIES]}


@operation("eks", "AssociateAccessPolicy")
def associate_access_policy(world: World, parameters: Parameters) -> Answer:
    """Give a standard entry a policy for the cluster or for namespaces; again to change the scope."""
    entry = access_entries.find(world, parameters)
    policy_arn, scope = str(parameters["policyArn"]), dict(parameters["accessScope"])
    if policy_arn not in [_arn(world, name) for name in POLICIES]:
        raise invalid(f"The policyArn {policy_arn} is not supported")
    if entry.type != "STANDARD":
        raise invalid(f"Access policies cannot be associated with access entries of type {entry.type}")
    if scope["type"] == "namespace" and not scope.get("namespaces"):
        raise invalid("An access scope of type namespace needs at least one namespace")
    now = world.now()
    entry.policies[policy_arn] = {
        "policyArn": policy_arn,
        "accessScope": {"namespaces": [], **scope},
        "associatedAt": entry.policies.get(policy_arn, {}).get("associatedAt", now),
        "modifiedAt": now,
    }
    return {
        "clusterName": entry.cluster_name,
        "principalArn": entry.principal_arn,
        "associatedAccessPolicy": entry.policies[policy_arn],
    }


@operation("eks", "DisassociateAccessPolicy")
def disassociate_access_policy(world: World, parameters: Parameters) -> Answer:
    """Take a policy from an entry."""
    entry = access_entries.find(world, parameters)
    policy_arn = str(parameters["policyArn"])
    if entry.policies.pop(policy_arn, None) is None:
        raise not_found(f"No association found for policy {policy_arn} on {entry.principal_arn}")
    return {}


@operation("eks", "ListAssociatedAccessPolicies")
def list_associated_access_policies(world: World, parameters: Parameters) -> Answer:
    """The policies of an entry."""
    entry = access_entries.find(world, parameters)
    return {
        "clusterName": entry.cluster_name,
        "principalArn": entry.principal_arn,
        "associatedAccessPolicies": list(entry.policies.values()),
    }


def _arn(world: World, name: str) -> str:
    return f"arn:{world.partition}:eks::aws:cluster-access-policy/{name}"
