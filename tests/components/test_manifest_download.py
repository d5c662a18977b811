"""A published manifest is read from the cache, or downloaded, or refused; the network is never asked here."""

import hashlib
from http.client import IncompleteRead
from pathlib import Path

import pytest

from components import manifest_download
from components.manifest_download import read_manifest
from knowledge.cache import cached_manifest
from knowledge.fault import Fault
from knowledge.mpi_operator import MANIFEST_FILE, MPI_OPERATOR_MANIFESTS, PublishedManifest

CONTENT = b"kind: Namespace\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PUBLISHED = PublishedManifest("https://manifests.test/x.yaml", SHA256)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path))


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were downloaded from; each gives the manifest."""
    asked: list[str] = []

    def download(url: str) -> bytes:
        asked.append(url)
        return CONTENT

    monkeypatch.setattr(manifest_download, "_download", download)
    return asked


def test_what_is_in_the_cache_is_not_downloaded(downloads: list[str]) -> None:
    place = cached_manifest(SHA256)
    place.parent.mkdir()
    place.write_bytes(CONTENT)
    assert read_manifest(PUBLISHED) == CONTENT.decode()
    assert downloads == []


def test_what_was_downloaded_is_kept(downloads: list[str]) -> None:
    assert read_manifest(PUBLISHED) == read_manifest(PUBLISHED) == CONTENT.decode()
    assert downloads == [PUBLISHED.url]
    assert [path.name for path in cached_manifest(SHA256).parent.iterdir()] == [f"{SHA256}.yaml"]


def test_a_cache_that_cannot_be_written_or_read_is_no_fault(
    downloads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path / "file"))
    assert read_manifest(PUBLISHED) == read_manifest(PUBLISHED) == CONTENT.decode()
    assert downloads == [PUBLISHED.url] * 2


def test_a_connection_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(url: str) -> bytes:
        raise IncompleteRead(b"kind: Na", 8)

    monkeypatch.setattr(manifest_download, "_download", broken)
    fault = read_manifest(PUBLISHED)
    assert isinstance(fault, Fault)
    assert fault.problem.startswith(f"{PUBLISHED.url} cannot be read: IncompleteRead(")


def test_a_file_that_was_cut_short_is_downloaded_again(downloads: list[str]) -> None:
    place = cached_manifest(SHA256)
    place.parent.mkdir()
    place.write_bytes(CONTENT[:4])
    assert read_manifest(PUBLISHED) == CONTENT.decode()
    assert place.read_bytes() == CONTENT


def test_a_manifest_that_has_changed_is_refused_and_not_kept(downloads: list[str]) -> None:
    pinned = PublishedManifest(PUBLISHED.url, "0" * 64)
    fault = read_manifest(pinned)
    assert isinstance(fault, Fault)
    assert str(fault) == (
        f"https://manifests.test/x.yaml has changed: its sha256 is {SHA256} and not {'0' * 64}; "
        "find out why before you take it"
    )
    assert not cached_manifest(pinned.sha256).exists()


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/x.yaml", "https://127.0.0.1:1"])
def test_an_address_that_does_not_answer_is_told_with_the_place_for_the_file(url: str) -> None:
    fault = read_manifest(PublishedManifest(url, SHA256))
    assert isinstance(fault, Fault)
    assert fault.problem.startswith(f"{url} cannot be read: ")
    assert "refused" in fault.problem
    assert fault.cure == f"run where it can be, or put the file at {cached_manifest(SHA256)}"


def test_the_download_knows_no_files_and_no_plain_http(tmp_path: Path) -> None:
    for url in (f"file://{tmp_path}/x.yaml", "http://127.0.0.1:1/x.yaml"):
        fault = read_manifest(PublishedManifest(url, SHA256))
        assert isinstance(fault, Fault)
        assert "unknown url type" in fault.problem


def test_every_release_is_upstreams_file_at_the_tag_of_the_release() -> None:
    for version, published in MPI_OPERATOR_MANIFESTS.items():
        assert published.url.startswith("https://raw.githubusercontent.com/kubeflow/mpi-operator/")
        assert published.url.endswith(f"/v{version}/{MANIFEST_FILE}")
        assert len(bytes.fromhex(published.sha256)) == 32
