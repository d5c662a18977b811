"""Clients of AWS, real or emulated, for verbs that look at a stack's cluster from outside Kubernetes."""

from collections.abc import Callable
from typing import Any

from cli.aws_errors import in_one_line
from cli.errors import CommandError
from cli.stacks import Stack
from sandbox.environment import aws_endpoint, credentials
from sandbox.paths import SandboxPaths


def client_maker(stack: Stack, sandbox: SandboxPaths | None) -> Callable[[str], Any]:
    """Makes a client of a service: of the sandbox's AWS for a stack that lives there, else with the stack's
    profile. `sandbox` is None where the stack's cluster is not the sandbox's own."""
    # Slow to import, and few verbs need it.
    import boto3

    with in_one_line("AWS"):
        if not stack.sandbox:
            return _maker(boto3.Session(profile_name=stack.file.profile, region_name=stack.region).client)
        endpoint = aws_endpoint(sandbox) if sandbox else None
        if endpoint is None:
            raise CommandError(f"stack {stack.name}", "its cluster is the sandbox's own", "drop --kubeconfig")
        keys = credentials(stack.region)
        session = boto3.Session(
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            region_name=stack.region,
        )
        return _maker(session.client, endpoint_url=endpoint)


def _maker(client: Any, **options: str) -> Callable[[str], Any]:
    """`client` makes one, as `Session.client` of boto3 does."""
    from botocore.config import Config

    # A sandbox is reached directly; to AWS the user's proxy may be the only way.
    proxies: dict[str, str] | None = {} if options else None
    config = Config(proxies=proxies, retries={"mode": "standard", "max_attempts": 5})

    def make(service: str) -> Any:
        with in_one_line("AWS"):
            return client(service, config=config, **options)

    return make
