"""A picture of EKS: clusters, and what is in each as EKS sees it."""

from collections.abc import Iterator
from typing import Any

from sandbox.stranger.account import Account
from sandbox.stranger.pictures import Thing


def eks_things(account: Account) -> Iterator[Thing]:
    """Every cluster, addon, node group, access entry and pod identity association."""
    eks = account.eks
    for name in eks.list_clusters()["clusters"]:
        yield f"cluster {name}", eks.describe_cluster(name=name)["cluster"]
        for addon in eks.list_addons(clusterName=name)["addons"]:
            yield (
                f"addon {name}/{addon}",
                _anonymous(eks.describe_addon(clusterName=name, addonName=addon)["addon"], "addonArn"),
            )
        for group in eks.list_nodegroups(clusterName=name)["nodegroups"]:
            described = eks.describe_nodegroup(clusterName=name, nodegroupName=group)
            yield f"node group {name}/{group}", described["nodegroup"]
        yield from _access_entries(account, name)
        for association in eks.list_pod_identity_associations(clusterName=name)["associations"]:
            place = f"{association['namespace']}/{association['serviceAccount']}"
            yield f"pod identity {name} {place}", association


def _access_entries(account: Account, cluster: str) -> Iterator[Thing]:
    eks = account.eks
    for principal in eks.list_access_entries(clusterName=cluster)["accessEntries"]:
        entry = eks.describe_access_entry(clusterName=cluster, principalArn=principal)["accessEntry"]
        policies = eks.list_associated_access_policies(clusterName=cluster, principalArn=principal)
        yield (
            f"access entry {cluster} {principal.rpartition(':')[2]}",
            {**entry, "policies": policies["associatedAccessPolicies"]},
        )


def _anonymous(described: Any, arn: str) -> dict[str, Any]:
    """Without its ARN: an addon that is made again has another, and is the same addon."""
    return {key: value for key, value in described.items() if key != arn}
