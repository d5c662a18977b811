"""IAM roles that EKS is told to use have to exist."""

from sandbox.aws.errors import invalid
from sandbox.aws.world import World


def require_role(world: World, arn: str, purpose: str) -> None:
    """Raise EKS's error where the account has no such role. `purpose` names the parameter."""
    if not any(role.arn == arn for role in world.iam.roles.values()):
        raise invalid(f"{purpose} {arn} does not exist in account {world.account}.")
