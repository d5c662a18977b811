"""Where this project keeps what is the same for every stack and sandbox of a machine, and slow to get again.

The program and the sandbox both look there, and know nothing else of each other: the sandbox fills in the
manifests that the program would download.
"""

import os
from collections.abc import Mapping
from pathlib import Path


def cache_directory(environ: Mapping[str, str] | None = None) -> Path:
    """`EKS_EFA_CACHE_DIR`, or a directory of ours in the XDG cache directory."""
    values = os.environ if environ is None else environ
    if chosen := values.get("EKS_EFA_CACHE_DIR"):
        return Path(chosen).expanduser().resolve()
    base = Path(values.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "eks-efa-karpenter"


def cached_manifest(sha256: str, environ: Mapping[str, str] | None = None) -> Path:
    """The place of a manifest with this checksum, whether it is there yet or not."""
    return cache_directory(environ) / "manifests" / f"{sha256}.yaml"
