from pathlib import Path

from knowledge.cache import cache_directory, cached_manifest


def test_the_cache_is_where_the_environment_says_or_in_the_xdg_cache(tmp_path: Path) -> None:
    assert cache_directory({"EKS_EFA_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert cache_directory({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/eks-efa-karpenter")
    assert cache_directory({}) == Path.home() / ".cache" / "eks-efa-karpenter"


def test_a_manifest_is_kept_by_its_checksum() -> None:
    assert cached_manifest("ab12", {"XDG_CACHE_HOME": "/cache"}) == Path(
        "/cache/eks-efa-karpenter/manifests/ab12.yaml"
    )
