"""The Go module is a folder of the test; what Go does with a pinned one is Go's affair."""

import hashlib
from pathlib import Path

import pytest

from knowledge.cache import cached_manifest
from knowledge.mpi_operator import (
    DEFAULT_MPI_OPERATOR,
    MANIFEST_FILE,
    MPI_OPERATOR_MANIFESTS,
    PublishedManifest,
)
from sandbox.world.errors import ToolchainError
from sandbox.world.manifests import ensure_manifests
from sandbox.world.pins import MPI_OPERATOR, SOURCES, pinned_version

CONTENT = b"kind: Namespace\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifest in the module's folder, with the checksum that is pinned."""
    file = tmp_path / "module" / MANIFEST_FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("sandbox.world.manifests.module_directory", lambda module: tmp_path / "module")
    monkeypatch.setitem(
        MPI_OPERATOR_MANIFESTS, pinned_version(MPI_OPERATOR), PublishedManifest("https://x.test", SHA256)
    )
    return file


def test_the_manifest_is_put_where_the_program_looks_for_it(source: Path) -> None:
    said: list[str] = []
    ensure_manifests(said.append)
    assert cached_manifest(SHA256).read_bytes() == CONTENT
    assert said == [f"fetching the manifest of MPI operator {DEFAULT_MPI_OPERATOR}: once"]


def test_a_second_time_nothing_is_fetched_and_nothing_said(source: Path) -> None:
    ensure_manifests(lambda line: None)
    source.unlink()
    said: list[str] = []
    ensure_manifests(said.append)
    assert said == []


def test_a_manifest_that_was_cut_short_is_fetched_again(source: Path) -> None:
    place = cached_manifest(SHA256)
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT[:5])
    ensure_manifests(lambda line: None)
    assert place.read_bytes() == CONTENT


def test_another_manifest_than_the_pinned_one_is_refused_and_leaves_nothing(source: Path) -> None:
    source.write_bytes(b"kind: Secret\n")
    with pytest.raises(ToolchainError, match="is not the manifest that is pinned; compare it with"):
        ensure_manifests(lambda line: None)
    assert not cached_manifest(SHA256).exists()


def test_the_sandbox_has_the_release_that_the_settings_default_to() -> None:
    assert pinned_version(MPI_OPERATOR) == DEFAULT_MPI_OPERATOR


def test_the_checksum_of_the_modules_content_is_pinned_too() -> None:
    (module,) = SOURCES
    lines = (module.directory / "go.sum").read_text().splitlines()
    assert any(line.startswith(f"{MPI_OPERATOR} v{DEFAULT_MPI_OPERATOR} h1:") for line in lines)
