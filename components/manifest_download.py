"""Manifests that others publish: read from the cache or downloaded, never used unless the checksum fits."""

import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException

from knowledge.cache import cached_manifest
from knowledge.fault import Fault
from knowledge.manifest_cache import keep, read_cached, sha256_of
from knowledge.mpi_operator import PublishedManifest

DOWNLOAD_SECONDS = 20
"""How long a server may stay silent; a manifest is some hundred kilobytes."""


def read_manifest(published: PublishedManifest) -> str | Fault:
    """The text of a manifest, or why it cannot be had or is not what it should be."""
    content = read_cached(published.sha256)
    if content is not None:
        return content.decode()
    try:
        content = _download(published.url)
    except (OSError, HTTPException) as error:  # URLError and HTTPError are OSErrors
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        cure = f"run where it can be, or put the file at {cached_manifest(published.sha256)}"
        return Fault(f"{published.url} cannot be read: {reason}", cure=cure)
    if (got := sha256_of(content)) != published.sha256:
        what = f"{published.url} has changed: its sha256 is {got} and not {published.sha256}"
        return Fault(what, cure="find out why before you take it")
    with suppress(OSError):  # without a cache it is downloaded each time
        keep(content)
    return content.decode()


def _download(url: str) -> bytes:
    # An opener that knows https alone: no file:// and no redirect to something else.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    with opener.open(url, timeout=DOWNLOAD_SECONDS) as response:
        content: bytes = response.read()
    return content
