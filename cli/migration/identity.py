"""Is the kubeconfig the one of the stack's cluster? What is stopped in another would not be found again."""

import base64

from cli.cluster import Cluster
from cli.errors import CommandError
from cli.migration.groups import Aws


def refuse_another_cluster(cluster: Cluster, aws: Aws, name: str) -> None:
    """CommandError unless EKS gives the cluster of that name the certificate authority of the kubeconfig.

    Not by the address, which is another where the API server is reached through a tunnel.
    """
    if _authority(cluster) != aws.certificate_authority(name):
        what = f"is not of the stack's cluster {name}: their certificate authorities differ"
        raise CommandError(
            str(cluster.kubeconfig), what, f"write it: aws eks update-kubeconfig --name {name}"
        )


def _authority(cluster: Cluster) -> str | None:
    """In base64, as EKS has it; None where the kubeconfig trusts whatever answers."""
    trusted = cluster.client.config.cluster
    if trusted.certificate_auth is None:
        return trusted.certificate_auth_data
    return base64.b64encode((cluster.kubeconfig.parent / trusted.certificate_auth).read_bytes()).decode()
