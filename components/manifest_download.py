"""Manifests that others publish: read from the cache or downloaded, never used unless the checksum fits."""

import hashlib
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import NamedTemporaryFile

from knowledge.cache import cached_manifest
from knowledge.fault import Fault
from knowledge.mpi_operator import PublishedManifest

DOWNLOAD_SECONDS = 20
"""How long a server may stay silent; a manifest is some hundred kilobytes."""


def read_manifest(published: PublishedManifest) -> str | Fault:
    """The text of a manifest, or why it cannot be had or is not what it should be."""
    place = cached_manifest(published.sha256)
    content = _cached(place, published.sha256)
    if content is not None:
        return content.decode()
    try:
        content = _download(published.url)
    except OSError as error:  # URLError and HTTPError are OSErrors
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        cure = f"run where it can be, or put the file at {place}"
        return Fault(f"{published.url} cannot be read: {reason}", cure=cure)
    if (got := _sha256(content)) != published.sha256:
        what = f"{published.url} has changed: its sha256 is {got} and not {published.sha256}"
        return Fault(what, cure="find out why before you take it")
    _keep(content, place)
    return content.decode()


def _cached(place: Path, sha256: str) -> bytes | None:
    """The content of a file in the cache, if it is whole."""
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return None
    return content if _sha256(content) == sha256 else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


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


def _keep(content: bytes, place: Path) -> None:
    """Whole or not at all, also where two programs download at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(place)
