"""The two-way guard: a sandbox stack never reaches AWS, and a real stack never lands in a sandbox."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from settings.faults import Fault

ENDPOINT = "AWS_ENDPOINT_URL"
"""What every AWS SDK takes for the endpoint of all services; `AWS_ENDPOINT_URL_<SERVICE>` is for one of them.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"""

IGNORE_ENDPOINTS = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
"""Set to true, the SDKs do as if there were no such variables."""


def guard_faults(sandbox: bool, environ: Mapping[str, str], profile: str | None = None) -> Iterator[Fault]:
    """What forbids deploying this stack with this environment.

    `sandbox` is the stack's own setting, `profile` the value of `aws:profile` where the stack has one.
    """
    endpoints = {
        name: url
        for name, url in sorted(environ.items())
        if url and (name == ENDPOINT or name.startswith(f"{ENDPOINT}_"))
    }
    ignored = environ.get(IGNORE_ENDPOINTS, "").lower() == "true"
    if sandbox:
        yield from _sandbox(endpoints, environ, profile, ignored=ignored)
    elif not ignored:
        for name, url in endpoints.items():
            if is_loopback(url):
                what = f"this is a real stack, but {name} is {url}, on this machine"
                yield Fault("sandbox", what, "a real stack needs AWS's own endpoints", f"run: unset {name}")


def is_loopback(url: str) -> bool:
    """Whether a URL points to this very machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _sandbox(
    endpoints: Mapping[str, str], environ: Mapping[str, str], profile: str | None, *, ignored: bool
) -> Iterator[Fault]:
    cure = "run: make up"
    if ENDPOINT not in endpoints or ignored:
        why = f"{IGNORE_ENDPOINTS} is true" if ignored else f"{ENDPOINT} is not set"
        yield Fault("sandbox", f"true, but {why}: this would reach the real AWS", cure=cure)
    for name, url in endpoints.items():
        if not is_loopback(url):
            yield Fault("sandbox", f"true, but {name} is {url}, not on this machine", cure=cure)
    for source, value in (("AWS_PROFILE", environ.get("AWS_PROFILE")), ("aws:profile", profile)):
        if value:
            what = f'true, but {source} "{value}" is set'
            yield Fault("sandbox", what, "the sandbox has credentials of its own", cure)
