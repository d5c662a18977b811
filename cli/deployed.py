"""What has been made of a stack, as Pulumi's state says, or that of the sandbox's engine."""

from dataclasses import dataclass

from cli.pulumi import deployed_resources
from cli.sandbox_state import deployed_records
from cli.stacks import Stack
from sandbox.paths import SandboxPaths

KUBERNETES = "kubernetes:"
"""What the types of everything in a cluster begin with."""
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NAMESPACE = "kubernetes:core/v1:Namespace"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@dataclass(frozen=True)
class Deployed:
    """One resource."""

    urn: str
    type: str
    id: str
    """Of a log group, and of an object in Kubernetes that is in no namespace: its name."""
    protect: bool
    """Whether the engine refuses to take it away."""


def deployed(stack: Stack) -> tuple[Deployed, ...]:
    """Everything that has been made of the stack, wherever it is."""
    if stack.sandbox:
        found = deployed_records(SandboxPaths.from_environment(), stack.name)
    else:
        found = deployed_resources(stack)
    return tuple(
        Deployed(
            urn=each.get("urn", ""),
            type=each.get("type", ""),
            id=each.get("id", ""),
            protect=each.get("protect", False),
        )
        for each in found
    )
