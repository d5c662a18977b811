"""Manifests that the program would download, taken from Go modules instead.

The sandbox needs Go's module proxy for its tools anyway; so it needs no second place to download from.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.cache import cached_manifest
from knowledge.mpi_operator import MANIFEST_FILE, MPI_OPERATOR_MANIFESTS
from sandbox.world.errors import ToolchainError
from sandbox.world.go_build import module_directory
from sandbox.world.pins import MPI_OPERATOR, pinned_version


def ensure_manifests(say: Callable[[str], None]) -> None:
    """Put the MPI operator's manifest where the program looks for it. ToolchainError where it cannot be had.

    `say` hears a line if there is something to fetch.
    """
    version = pinned_version(MPI_OPERATOR)
    wanted = MPI_OPERATOR_MANIFESTS[version].sha256
    place = cached_manifest(wanted)
    if place.is_file() and _sha256(place) == wanted:
        return
    say(f"fetching the manifest of MPI operator {version}: once")
    source = module_directory(MPI_OPERATOR) / MANIFEST_FILE
    if _sha256(source) != wanted:
        raise ToolchainError(
            str(source), "is not the manifest that is pinned", "compare it with knowledge/mpi_operator.py"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent) as workplace:
        copy = Path(workplace) / place.name
        shutil.copyfile(source, copy)
        copy.replace(place)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
