"""Is the kubeconfig the one of the stack's cluster? What is done in another would not be found again."""

import base64
from collections.abc import Mapping
from typing import Any

from cli.aws_errors import in_one_line
from cli.cluster import Cluster
from cli.errors import CommandError

NOT_FOUND = "ResourceNotFoundException"
NO_CLUSTER = "EKS has none of that name in the stack's region and account"


class NoClusterError(CommandError):
    """EKS knows no cluster of the stack's name."""


def describe_cluster(eks: Any, name: str) -> dict[str, Any]:
    """What EKS says of a cluster, by a client of it; NoClusterError where there is none of that name."""
    from botocore.exceptions import ClientError

    with in_one_line("EKS"):
        try:
            described: dict[str, Any] = eks.describe_cluster(name=name)["cluster"]
        except ClientError as error:
            if error.response["Error"]["Code"] != NOT_FOUND:
                raise
            cure = "deploy it with make up, or see whose account it is: aws sts get-caller-identity"
            raise NoClusterError(f"cluster {name}", NO_CLUSTER, cure) from error
    return described


def refuse_another_cluster(
    cluster: Cluster, name: str, described: Mapping[str, Any], written_by: str
) -> None:
    """CommandError unless the cluster of that name has the certificate authority of the kubeconfig.

    `described` is what EKS says of it, `written_by` the command that writes its kubeconfig. The address is
    not compared: it is another where the API server is reached through a tunnel.
    """
    authority = described.get("certificateAuthority", {}).get("data")
    if authority is None:
        what = f"has no certificate authority yet; it is {described['status']}"
        raise CommandError(f"cluster {name}", what, "try again when it is ACTIVE")
    if _authority(cluster) != authority:
        what = f"is not of the stack's cluster {name}: their certificate authorities differ"
        raise CommandError(str(cluster.kubeconfig), what, f"write it: {written_by}")


def _authority(cluster: Cluster) -> str | None:
    """In base64, as EKS has it; None where the kubeconfig trusts whatever answers."""
    trusted = cluster.client.config.cluster
    if trusted.certificate_auth is None:
        return trusted.certificate_auth_data
    return base64.b64encode((cluster.kubeconfig.parent / trusted.certificate_auth).read_bytes()).decode()
