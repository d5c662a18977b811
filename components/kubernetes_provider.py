"""How Pulumi reaches a cluster."""

import pulumi
import pulumi_kubernetes as kubernetes


def cluster_provider(
    name: str, kubeconfig: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> kubernetes.Provider:
    """A provider for one cluster, which every resource in it must name.

    Without one Pulumi takes the kubeconfig of whoever runs it.
    """
    return kubernetes.Provider(
        name,
        kubeconfig=kubeconfig,
        # A cluster that is gone takes along what was in it: destroy then forgets that and does not ask.
        delete_unreachable=True,
        opts=opts,
    )
