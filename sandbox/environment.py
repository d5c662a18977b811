"""What a child process of the sandbox may know of its machine, and the guard that keeps it away from AWS.

Nothing is inherited by default. A child gets a short list of harmless variables, dummy keys and the endpoint
of the emulated AWS; the user's profile, keys, tokens and `~/.aws` files never reach it. The guard then checks
the result once more, because an environment is also built from what a chart renders.
"""

import ipaddress
import json
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from sandbox.paths import SandboxPaths

ACCESS_KEY = "sandbox"
"""Both halves of the dummy key pair. The emulated AWS takes any; a real account knows none such."""

NOWHERE = "http://127.0.0.1:9"
"""Endpoint before the emulated AWS listens: the discard port of this machine, so that no call gets away."""

_ALLOWED = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "TZ", "XDG_CACHE_HOME"})
_ALLOWED_PREFIXES = ("GO", "EKS_EFA_")

_CREDENTIAL_SOURCES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


class RealAccountError(RuntimeError):
    """A process of the sandbox would have been able to reach a real AWS account."""


def harmless(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables every child may have: nothing of AWS, nothing of Kubernetes."""
    return {
        name: value
        for name, value in environ.items()
        if name in _ALLOWED or name.startswith(_ALLOWED_PREFIXES)
    }


def aws_endpoint(paths: SandboxPaths) -> str | None:
    """Where the emulated AWS of this sandbox listens, or None while it does not."""
    try:
        return str(json.loads(paths.aws.read_text())["endpoint"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None


def without_credentials(paths: SandboxPaths, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child that may not call AWS: what a pod on EKS has before anyone gives it a role.

    The endpoint is set all the same, so that a child which tries is refused here and not by a real account.
    """
    return harmless(os.environ if environ is None else environ) | {
        "AWS_ENDPOINT_URL": aws_endpoint(paths) or NOWHERE,
        # A hop limit of 1 keeps pods from the instance metadata service: no region, no role from there.
        "AWS_EC2_METADATA_DISABLED": "true",
        # ~/.aws may name endpoints, regions and credential helpers of its own.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "KUBECONFIG": str(paths.kubeconfig),
    }


def credentials(region: str) -> dict[str, str]:
    """Region and dummy keys: what an EKS Pod Identity association adds to a pod."""
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def child_environment(
    paths: SandboxPaths, region: str, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment of a child that calls the emulated AWS; harmless values are taken from `environ`."""
    child = without_credentials(paths, environ) | credentials(region)
    refuse_real_account(child)
    return child


def refuse_real_account(environ: Mapping[str, str]) -> None:
    """Raise RealAccountError, one line with its cure, if a process with this environment could reach AWS."""
    for name in _CREDENTIAL_SOURCES:
        if environ.get(name):
            raise RealAccountError(_refusal(name, "leads to credentials of a real account", f"unset {name}"))
    for name in _KEYS:
        if environ.get(name, ACCESS_KEY) != ACCESS_KEY:
            raise RealAccountError(_refusal(name, "holds a key of a real account", f"unset {name}"))
    for name in _FILES:
        if environ.get(name, os.devnull) != os.devnull:
            raise RealAccountError(_refusal(name, "names a file of a real account", f"unset {name}"))
    for name, value in environ.items():
        if name.startswith("AWS_ENDPOINT_URL") and not is_loopback(value):
            fault = f"is {value}, which is not this machine"
            raise RealAccountError(_refusal(name, fault, f"unset {name}; the sandbox sets its own"))
    if not environ.get("AWS_ENDPOINT_URL"):
        fault = "is missing, so calls would go to AWS"
        raise RealAccountError(_refusal("AWS_ENDPOINT_URL", fault, "start the process through the sandbox"))


def is_loopback(url: str) -> bool:
    """Whether a URL points at this machine and nowhere else."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(name: str, fault: str, cure: str) -> str:
    return f"{name}: {fault}; the sandbox reaches its own emulated AWS only; {cure}"
