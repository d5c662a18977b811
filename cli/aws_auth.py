"""The ConfigMap `aws-auth` of a cluster: read, and written so that nobody else's change is lost."""

from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import ConfigMap

from cli.cluster import NOT_FOUND, Cluster
from cli.errors import CommandError
from knowledge.aws_auth import AwsAuthError, RoleMapping, in_force, read_mappings, with_mapping

NAME, NAMESPACE = "aws-auth", "kube-system"

CONFLICT = 409
ATTEMPTS = 5
"""How often a write is tried that others were quicker with; each starts from what they wrote."""


def map_role(cluster: Cluster, mapping: RoleMapping) -> bool:
    """Add a role to those that the cluster knows; False where it knows it already.

    Only `mapRoles` is touched, and only on the version that was read: the API server refuses a write over
    someone else's, and it is done again on theirs.
    """
    for _ in range(ATTEMPTS):
        present = _read(cluster)
        data = dict(present.data or {})
        before = data.get("mapRoles", "")
        data["mapRoles"] = _in_one_line(before, mapping)
        if data["mapRoles"] == before:
            return False
        present.data = data
        try:
            cluster.client.replace(present)
        except ApiError as error:
            if error.status.code != CONFLICT:
                raise
        else:
            return True
    raise CommandError(f"{NAMESPACE}/{NAME}", f"changed {ATTEMPTS} times meanwhile", "run it again")


def mappings(cluster: Cluster) -> tuple[RoleMapping, ...]:
    """The roles that the cluster knows, each as it is in force."""
    try:
        return in_force(read_mappings((_read(cluster).data or {}).get("mapRoles", "")))
    except AwsAuthError as error:
        raise _refusal(error) from error


def _read(cluster: Cluster) -> ConfigMap:
    try:
        return cluster.client.get(ConfigMap, NAME, namespace=NAMESPACE)
    except ApiError as error:
        if error.status.code != NOT_FOUND:
            raise
        what = "there is none: the cluster goes by access entries, or has no node yet"
        raise CommandError(f"{NAMESPACE}/{NAME}", what, "see: aws eks list-access-entries") from error


def _in_one_line(text: str, mapping: RoleMapping) -> str:
    try:
        return with_mapping(text, mapping)
    except AwsAuthError as error:
        raise _refusal(error) from error


def _refusal(error: AwsAuthError) -> CommandError:
    return CommandError(f"{NAMESPACE}/{NAME}", str(error), f"kubectl edit -n {NAMESPACE} configmap {NAME}")
