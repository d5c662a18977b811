"""The policies of whoever deploys a stack, made of what the program registers for it.

Where the name of a resource is known beforehand, its ARN bounds the statement: everything of ours begins with
`PREFIX` or bears the cluster's name. Elsewhere the region bounds it, and what may be passed on to AWS's own
services, or made for them, is bound to these services.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from knowledge.iam.deployer_actions import (
    AROUND,
    CLUSTER,
    IDENTITY,
    LOOKUPS,
    NETWORK,
    OF_DOWN,
    actions_for,
)
from knowledge.iam.document import PolicyDocument, Statement, dns_suffix, document
from knowledge.node_names import PROGRAM

PREFIX = f"{PROGRAM}-"
"""Of every name that Pulumi makes in a stack: the name in the program, and seven characters."""

_LINKED = ("eks", "eks-nodegroup", "autoscaling")
"""Services whose roles are made with the first cluster or node group of an account."""

_BY_CLUSTER = ("nodegroup", "addon", "access-entry", "podidentityassociation")


@dataclass(frozen=True)
class DeployerScope:
    """Where a stack is deployed. `account_id` may be `*`: it reaches no other account all the same, where a
    policy allows nothing that the other account does not allow too."""

    partition: str
    region: str
    account_id: str
    cluster_name: str

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """ARN of a resource of the account."""
        region = self.region if regional else ""
        return f"arn:{self.partition}:{service}:{region}:{self.account_id}:{resource}"


def deployer_policies(types: Collection[str], scope: DeployerScope) -> dict[str, PolicyDocument]:
    """Policy documents by concern, each short enough for a managed policy; `types` are Pulumi's tokens."""
    of_cluster = actions_for(types, CLUSTER)
    of_identity = {*actions_for(types, IDENTITY), *_of("iam", of_cluster)} - _SPECIAL
    passing = {*of_cluster, *actions_for(types, NETWORK)}
    statements = {
        "network": _in_the_region(scope, "AllowEc2ForTheNetwork", _of("ec2", actions_for(types, NETWORK))),
        "cluster": [
            *_cluster(scope, of_cluster),
            *_in_the_region(scope, "AllowEc2ForNodeGroups", _of("ec2", of_cluster)),
        ],
        "identity": [*_roles(scope, of_identity), *_passed(scope, passing), *_linked(scope, of_cluster)],
        "around": _around(scope, {*actions_for(types, AROUND), *_of("kms", of_cluster)}),
        "lookups": _lookups(scope),
    }
    return {concern: document(*found) for concern, found in statements.items() if found}


_SPECIAL = {"iam:PassRole", "iam:CreateServiceLinkedRole"}


def _of(service: str, actions: Collection[str]) -> list[str]:
    return sorted(action for action in actions if action.startswith(f"{service}:"))


def _allow(
    sid: str,
    actions: Collection[str],
    resources: str | list[str],
    where: Mapping[str, str | list[str]] | None = None,
) -> list[Statement]:
    """A statement, on condition that keys of the request equal `where`; none without actions."""
    condition = {"Condition": {"StringEquals": dict(where)}} if where else {}
    allowed = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources}
    return [allowed | condition] if actions else []


def _in_the_region(scope: DeployerScope, sid: str, actions: Collection[str]) -> list[Statement]:
    """For what has no name that a policy could give beforehand."""
    return _allow(sid, actions, "*", {"aws:RequestedRegion": scope.region})


def _cluster(scope: DeployerScope, actions: Collection[str]) -> list[Statement]:
    name = scope.cluster_name
    below = [scope.arn("eks", f"{kind}/{name}/*") for kind in _BY_CLUSTER]
    resources = [scope.arn("eks", f"cluster/{name}"), *below]
    return _allow("AllowTheClusterAndWhatIsInIt", _of("eks", actions), resources)


def _roles(scope: DeployerScope, actions: Collection[str]) -> list[Statement]:
    ours = [scope.arn("iam", f"{kind}/{PREFIX}*", regional=False) for kind in ("role", "policy")]
    return _allow("AllowRolesAndPoliciesByName", actions, ours)


def _passed(scope: DeployerScope, actions: Collection[str]) -> list[Statement]:
    suffix = dns_suffix(scope.partition)
    services = ["eks.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com"]
    to_these = {"iam:PassedToService": [f"ec2.{suffix}", *services]}
    ours = scope.arn("iam", f"role/{PREFIX}*", regional=False)
    return _allow("AllowHandingRolesToTheirServices", {"iam:PassRole"} & set(actions), ours, to_these)


def _linked(scope: DeployerScope, actions: Collection[str]) -> list[Statement]:
    for_these = {"iam:AWSServiceName": [f"{each}.amazonaws.com" for each in _LINKED]}
    roles = scope.arn("iam", "role/aws-service-role/*", regional=False)
    linking = {"iam:CreateServiceLinkedRole"} & set(actions)
    return _allow("AllowTheRolesOfAwsItself", linking, roles, for_these)


def _around(scope: DeployerScope, actions: Collection[str]) -> list[Statement]:
    name = scope.cluster_name
    groups = [scope.arn("logs", f"log-group:{each}") for each in (f"/aws/eks/{name}/*", f"/eks-efa/{name}/*")]
    # Neither has resources that a policy could name: a key gets its id as it is made.
    unnamed = {"kms:CreateKey", "kms:TagResource", "logs:DescribeLogGroups"} & set(actions)
    keys, logs = (set(_of(service, actions)) - unnamed for service in ("kms", "logs"))
    return [
        *_in_the_region(scope, "AllowMakingKeysAndListingLogs", unnamed),
        *_allow("AllowKeysOfTheAccount", keys, scope.arn("kms", "key/*")),
        *_allow("AllowLogsOfTheCluster", logs, groups),
        *_allow("AllowInterruptionRules", _of("events", actions), scope.arn("events", f"rule/{PREFIX}*")),
        *_allow("AllowInterruptionQueue", _of("sqs", actions), scope.arn("sqs", f"{PREFIX}*")),
        *_allow("AllowImageRepositories", _of("ecr", actions), scope.arn("ecr", "repository/*")),
    ]


def _lookups(scope: DeployerScope) -> list[Statement]:
    wanted = {*OF_DOWN, *(action for actions in LOOKUPS.values() for action in actions)}
    of_things = {f"eks:Describe{thing}" for thing in ("AccessEntry", "Addon", "Cluster", "Nodegroup")}
    cluster = {*of_things, "eks:ListNodegroups"}
    parameters = f"arn:{scope.partition}:ssm:{scope.region}::parameter/aws/service/*"
    return [
        *_in_the_region(scope, "AllowEc2ToBeLookedAt", _of("ec2", wanted)),
        *_in_the_region(scope, "AllowLookingAtAddonVersions", set(_of("eks", wanted)) - cluster),
        *_cluster(scope, wanted & cluster),
        *_allow("AllowReadingWhoDeploys", _of("iam", wanted), scope.arn("iam", "role/*", regional=False)),
        *_allow("AllowReadingWhichImagesAreNewest", _of("ssm", wanted), parameters),
    ]
