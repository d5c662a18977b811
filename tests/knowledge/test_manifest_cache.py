from pathlib import Path

import pytest

from knowledge.cache import cached_manifest
from knowledge.manifest_cache import keep, read_cached, sha256_of

CONTENT = b"kind: Namespace\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path))


def test_what_is_kept_is_read_back_and_nothing_else_is_left() -> None:
    keep(CONTENT)
    keep(CONTENT)
    place = cached_manifest(sha256_of(CONTENT))
    assert read_cached(sha256_of(CONTENT)) == CONTENT
    assert list(place.parent.iterdir()) == [place]


def test_what_is_not_whole_is_not_there() -> None:
    keep(CONTENT)
    cached_manifest(sha256_of(CONTENT)).write_bytes(CONTENT[:4])
    assert read_cached(sha256_of(CONTENT)) is None
    assert read_cached("0" * 64) is None


def test_what_cannot_be_kept_leaves_nothing() -> None:
    place = cached_manifest(sha256_of(CONTENT))
    (place / "in the way").mkdir(parents=True)
    with pytest.raises(OSError):
        keep(CONTENT)
    assert list(place.parent.iterdir()) == [place]
