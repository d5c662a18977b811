"""A kubeconfig for an EKS cluster, without credentials: whoever uses it fetches a token from AWS."""

import json
import shlex
from typing import Any


def token_kubeconfig(*, cluster: str, endpoint: str, certificate_authority: str, region: str) -> str:
    """The kubeconfig as JSON. `certificate_authority` is in base64.

    As `aws eks update-kubeconfig` writes it
    (https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html).
    """
    token = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["--region", region, "eks", "get-token", "--cluster-name", cluster, "--output", "json"],
    }
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": cluster,
                "cluster": {"server": endpoint, "certificate-authority-data": certificate_authority},
            }
        ],
        "users": [{"name": cluster, "user": {"exec": token}}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
        "current-context": cluster,
    }
    return json.dumps(kubeconfig)


def update_kubeconfig(
    *,
    region: str = "<region>",
    cluster: str = "<cluster>",
    profile: str | None = None,
    role_arn: str | None = None,
) -> str:
    """The command by which a user writes one, as far as it is known of which cluster.

    Without a region it asks that of the user's profile, where the cluster need not be
    (https://docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html).
    """
    command = f"aws eks update-kubeconfig --region {region} --name {cluster}"
    return " ".join([command, *map(shlex.quote, _as_somebody(profile, role_arn))])


def _as_somebody(profile: str | None, role_arn: str | None) -> list[str]:
    """Options by which commands of EKS are given a profile, a role that is assumed first, or both."""
    given = {"--role-arn": role_arn, "--profile": profile}
    return [part for name, value in given.items() if value for part in (name, value)]


def token_as(kubeconfig: str, *, profile: str | None, role_arn: str | None) -> str:
    """The kubeconfig with tokens of a profile, of a role that is assumed first, or of both.

    An argument, as pulumi-eks has it too: of AWS_PROFILE and AWS_ACCESS_KEY_ID in one environment the latter
    wins. A user who has no command to fetch a token stays as he is.
    """
    arguments = _as_somebody(profile, role_arn)
    if not arguments:
        return kubeconfig
    content: dict[str, Any] = json.loads(kubeconfig)
    for user in content.get("users") or ():
        if command := user["user"].get("exec"):
            command["args"] = [*command["args"], *arguments]
    return json.dumps(content)
