"""What AWS refuses, and what keeps a call from reaching it, as a line for the user."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError

from cli.errors import CommandError

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
"""Codes of AWS for credentials that were good once (IAM user guide, troubleshoot_general)."""

WHO_ARE_YOU = "check who you are with: aws sts get-caller-identity"
LOG_IN = f"log in again, such as with aws sso login; {WHO_ARE_YOU}"


def aws_error(service: str, error: BaseException) -> CommandError | None:
    """The line for an error of AWS's SDK, or None where it is something else."""
    if "botocore" not in sys.modules:  # slow to import; what was never imported has raised nothing
        return None
    from botocore import exceptions as sdk

    if not isinstance(error, sdk.BotoCoreError | sdk.ClientError):
        return None
    cure = WHO_ARE_YOU
    expired = isinstance(error, sdk.ClientError) and error.response.get("Error", {}).get("Code") in EXPIRED
    if expired or isinstance(error, sdk.SSOError | sdk.LoginError | sdk.TokenRetrievalError):
        cure = LOG_IN
    elif isinstance(error, sdk.NoCredentialsError | sdk.ProfileNotFound):
        cure = "name a profile that is there, with aws:profile or AWS_PROFILE, or log in: aws sso login"
    elif isinstance(error, sdk.HTTPClientError | sdk.ConnectionError):  # no way there, no answer, no trust
        cure = "check the network, the proxy and aws:region"
    return CommandError(service, " ".join(str(error).split()), cure)


@contextmanager
def in_one_line(service: str) -> Iterator[None]:
    """Turn whatever the SDK says into a CommandError about `service`, as AWS spells its name.

    A profile's `credential_process` that is not there, or prints something else than JSON, comes through the
    SDK as Python's own error.
    """
    try:
        yield
    except Exception as error:
        if told := aws_error(service, error):
            raise told from error
        if not isinstance(error, OSError | JSONDecodeError):
            raise
        fault = f"no credentials: {error}"
        raise CommandError(
            service, fault, "check the profile in ~/.aws/config: credential_process"
        ) from error
