"""As whom the stack's AWS provider acts, and whether `aws eks get-token` can act as the same.

The provider of Kubernetes has its token from that command: as somebody else, it would be nobody in the
cluster that the AWS provider has just made. What the command can be told is a profile and one role
(https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html); all else it finds in its environment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from settings.faults import Fault
from settings.plain_values import as_handed_over

IN_A_PROFILE = "name it in a profile of ~/.aws/config, and the profile in aws:profile"

ONLY_FOR_THE_AWS_PROVIDER: Mapping[str, str] = {
    "accessKey": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead, or aws:profile",
    "secretKey": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead, or aws:profile",
    "token": "set AWS_SESSION_TOKEN instead, or aws:profile",
    "sharedConfigFiles": "set AWS_CONFIG_FILE instead",
    "sharedCredentialsFiles": "set AWS_SHARED_CREDENTIALS_FILE instead",
    "assumeRoleWithWebIdentity": "set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE instead",
}
"""Keys of the provider's configuration that say who it is and that the command cannot be told, with what the
command and the provider both heed."""


@dataclass(frozen=True)
class Credentials:
    """What a command is told of them; all None: those of its environment."""

    profile: str | None = None
    """`aws:profile`."""
    role_arn: str | None = None
    """The role of `aws:assumeRoles`, assumed from those credentials."""


def credentials_of(aws: Mapping[str, object]) -> Credentials:
    """Of the stack's `aws:` values, by their keys without the prefix, which `credential_faults` lets pass."""
    profile = aws.get("profile")
    roles = _roles(aws)
    role_arn = roles[0].get("roleArn") if roles else None
    return Credentials(str(profile) if profile else None, str(role_arn) if role_arn else None)


def credential_faults(aws: Mapping[str, object]) -> Iterator[Fault]:
    """Values that make the AWS provider somebody whom `aws eks get-token` cannot be."""
    for key, cure in ONLY_FOR_THE_AWS_PROVIDER.items():
        if aws.get(key):
            what = "known to the AWS provider alone, and the token for the cluster would be somebody else's"
            yield Fault(f"aws:{key}", what, cure=f"{cure}; run: pulumi config rm aws:{key}")
    path, roles = "aws:assumeRoles", _roles(aws)
    if roles is None:
        yield Fault(path, "expected a list of maps with roleArn", cure=f"mend it, or {IN_A_PROFILE}")
    elif len(roles) > 1:
        what = f"{len(roles)} roles, one assumed from the other"
        yield Fault(path, what, "`aws eks get-token` assumes one at most", IN_A_PROFILE)
    elif any(role.get("externalId") for role in roles):
        yield Fault(f"{path}[0].externalId", "`aws eks get-token` cannot be told one", cure=IN_A_PROFILE)


def _roles(aws: Mapping[str, object]) -> tuple[Mapping[str, object], ...] | None:
    """The roles to assume, one after the other; None where they are written as something else."""
    value = as_handed_over("assumeRoles", aws.get("assumeRoles") or [])
    if not isinstance(value, list):
        return None
    roles = tuple(each for each in value if isinstance(each, Mapping) and each.get("roleArn"))
    return roles if len(roles) == len(value) else None
