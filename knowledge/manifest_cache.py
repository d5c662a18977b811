"""Manifests in the cache, by their checksums: what is read back is whole, and is what was asked for."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.cache import cached_manifest


def sha256_of(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_cached(sha256: str) -> bytes | None:
    """The manifest with this checksum; None where it is not there, not whole, or cannot be read."""
    try:
        content = cached_manifest(sha256).read_bytes()
    except OSError:
        return None
    return content if sha256_of(content) == sha256 else None


def keep(content: bytes) -> None:
    """Put a manifest into the cache: whole or not at all, also where two programs do so at once.

    Raises OSError where the cache cannot be written.
    """
    place = cached_manifest(sha256_of(content))
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent) as workplace:
        copy = Path(workplace) / place.name
        copy.write_bytes(content)
        copy.replace(place)
