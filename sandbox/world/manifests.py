"""Manifests that the program would download, taken from Go modules instead.

The sandbox needs Go's module proxy for its tools anyway; so it needs no second place to download from.
"""

from collections.abc import Callable

from knowledge.manifest_cache import keep, read_cached, sha256_of
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
    if read_cached(wanted) is not None:
        return
    say(f"fetching the manifest of MPI operator {version}: once")
    source = module_directory(MPI_OPERATOR) / MANIFEST_FILE
    content = source.read_bytes()
    if sha256_of(content) != wanted:
        raise ToolchainError(
            str(source), "is not the manifest that is pinned", "compare it with knowledge/mpi_operator.py"
        )
    keep(content)
