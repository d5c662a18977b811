"""A kubeconfig for an EKS cluster, without credentials: whoever uses it fetches a token from AWS."""

import json


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
