"""An EKS cluster as everything that lives on it sees it, whoever made it."""

import pulumi
import pulumi_kubernetes as kubernetes


class KubernetesCluster(pulumi.ComponentResource):
    """What is known of a cluster, made by the program (`cluster.py`) or adopted (`existing_cluster.py`)."""

    name: pulumi.Output[str]
    """Known once the cluster is there: whoever uses it comes after the cluster and goes before it."""
    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    certificate_authority: pulumi.Output[str]
    """Base64."""
    security_group_id: pulumi.Output[str]
    """The group that EKS makes and puts on the control plane; every node carries it too."""
    oidc_issuer: pulumi.Output[str]
    """Without `https://`."""
    kubeconfig: pulumi.Output[str]
    """JSON, secret. It holds no credentials but the command that fetches them."""
    kubernetes_provider: kubernetes.Provider
    """For everything that is made inside the cluster."""
