"""What AWS refuses, as a line for the user."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.errors import CommandError


@contextmanager
def in_one_line(service: str) -> Iterator[None]:
    """Turn whatever the SDK says into a CommandError about `service`, as AWS spells its name."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            service, str(error), "check who you are with: aws sts get-caller-identity"
        ) from error
