"""Clients of AWS, real or emulated, for verbs that look at a stack's cluster from outside Kubernetes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cli.aws_errors import in_one_line
from cli.errors import CommandError
from cli.stacks import Stack
from sandbox.environment import aws_endpoint, credentials
from sandbox.paths import SandboxPaths
from settings.credentials import credentials_of

if TYPE_CHECKING:
    from boto3 import Session

Clients = Callable[[str], Any]
"""Makes a client of a service."""


def client_maker(stack: Stack, sandbox: SandboxPaths | None) -> Clients:
    """Makes a client of a service: of the sandbox's AWS for a stack that lives there, else as whoever the
    stack's AWS provider is. `sandbox` is None where the stack's cluster is not the sandbox's own."""
    with in_one_line("AWS"):
        if not stack.sandbox:
            return _maker(_as_the_provider(stack).client)
        endpoint = aws_endpoint(sandbox) if sandbox else None
        if endpoint is None:
            raise CommandError(f"stack {stack.name}", "its cluster is the sandbox's own", "drop --kubeconfig")
        keys = credentials(stack.region)
        session = _session(stack, keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        return _maker(session.client, endpoint_url=endpoint)


def _as_the_provider(stack: Stack) -> "Session":
    """With the stack's profile, and the role that it assumes from there."""
    acting = credentials_of(stack.file.aws)
    session = _session(stack, profile=acting.profile)
    if acting.role_arn is None:
        return session
    assumed = session.client("sts").assume_role(RoleArn=acting.role_arn, RoleSessionName="eks-efa")
    keys = assumed["Credentials"]
    return _session(stack, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def _session(
    stack: Stack,
    key: str | None = None,
    secret: str | None = None,
    token: str | None = None,
    profile: str | None = None,
) -> "Session":
    # Slow to import, and few verbs need it.
    import boto3

    return boto3.Session(key, secret, token, region_name=stack.region, profile_name=profile)


def _maker(client: Any, **options: str) -> Clients:
    """`client` makes one, as `Session.client` of boto3 does."""
    from botocore.config import Config

    # A sandbox is reached directly; to AWS the user's proxy may be the only way.
    proxies: dict[str, str] | None = {} if options else None
    config = Config(proxies=proxies, retries={"mode": "standard", "max_attempts": 5})

    def make(service: str) -> Any:
        with in_one_line("AWS"):
            return client(service, config=config, **options)

    return make
