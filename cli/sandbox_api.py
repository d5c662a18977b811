"""What the command line asks of the emulated AWS's own interface, with errors a user can act on."""

import json
from typing import Any

from cli.errors import CommandError
from cli.stacks import find_stack
from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from sandbox.private_api import call


def emulated_aws(stack: str) -> str:
    """The endpoint of the running sandbox that a stack lives in; CommandError for a stack that does not."""
    if not find_stack(stack).sandbox:
        raise CommandError(f"stack {stack}", "is on AWS, which takes no orders", "leave --stack out")
    endpoint = aws_endpoint(SandboxPaths.from_environment())
    if endpoint is None:
        raise CommandError("sandbox", "does not run", "start it with: make up")
    return endpoint


def private_api(endpoint: str, method: str, path: str, document: object = None) -> Any:
    """Call `/_sandbox/<path>`; the JSON answer, None where it is empty. Raises CommandError if refused."""
    try:
        status, text = call(endpoint, method, path, document)
    except ConnectionError as error:
        raise CommandError(endpoint, f"the emulated AWS does not answer ({error})", "run: make up") from error
    if status >= 400:
        raise CommandError(path, text.strip(), "see: eks-efa fault --help")
    return json.loads(text) if text else None
