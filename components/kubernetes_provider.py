"""How Pulumi reaches a cluster."""

import pulumi
import pulumi_kubernetes as kubernetes

from knowledge.kubeconfig import token_as
from settings.credentials import credentials_of
from settings.stack_config import read_stack_config


def cluster_provider(
    name: str, kubeconfig: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> kubernetes.Provider:
    """A provider for one cluster, which every resource in it must name.

    Without one Pulumi takes the kubeconfig of whoever runs it. It is in the cluster whoever the stack's AWS
    provider is in AWS: the kubeconfig may be another stack's, and is given a profile or role of this one's.

    What it cannot ask of a cluster is an error: `delete_unreachable` would drop NodePools and jobs from the
    state wherever the API server is not reached at once, by an expired token as well, and their instances
    would run on with nobody to end them.
    """
    acting = credentials_of(read_stack_config().aws)
    return kubernetes.Provider(
        name,
        kubeconfig=pulumi.Output.from_input(kubeconfig).apply(
            lambda bare: token_as(bare, profile=acting.profile, role_arn=acting.role_arn)
        ),
        opts=opts,
    )
