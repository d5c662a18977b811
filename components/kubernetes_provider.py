"""How Pulumi reaches a cluster."""

import pulumi
import pulumi_kubernetes as kubernetes


def cluster_provider(
    name: str, kubeconfig: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> kubernetes.Provider:
    """A provider for one cluster, which every resource in it must name.

    Without one Pulumi takes the kubeconfig of whoever runs it. What it cannot ask of a cluster is an error:
    `delete_unreachable` would drop NodePools and jobs from the state wherever the API server is not reached
    at once, by an expired token as well, and their instances would run on with nobody to end them.
    """
    return kubernetes.Provider(name, kubeconfig=kubeconfig, opts=opts)
