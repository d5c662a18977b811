import pytest

from knowledge.versions import (
    DEFAULT_KARPENTER,
    DEFAULT_KUBERNETES,
    MINIMUM_KARPENTER,
    karpenter_support,
    vpc_cni_knows_efa_only,
)


def test_the_default_pair_is_supported() -> None:
    assert karpenter_support(DEFAULT_KUBERNETES, DEFAULT_KARPENTER).supported


def test_every_minor_of_the_table_is_supported_by_the_default_karpenter() -> None:
    assert all(karpenter_support(minor, DEFAULT_KARPENTER).supported for minor in MINIMUM_KARPENTER)


@pytest.mark.parametrize(
    ("kubernetes", "karpenter", "reason"),
    [
        ("1.35", "1.14.0", "Kubernetes 1.35 needs Karpenter 1.9 or newer"),
        ("1.36", "1.13.0", "Kubernetes 1.36 needs Karpenter 1.13 or newer"),
    ],
)
def test_support_gives_the_row_of_the_table(kubernetes: str, karpenter: str, reason: str) -> None:
    support = karpenter_support(kubernetes, karpenter)
    assert (support.supported, support.reason) == (True, reason)


@pytest.mark.parametrize(
    ("kubernetes", "karpenter", "reason"),
    [
        ("1.36", "1.12.9", "Karpenter 1.12.9 is too old for Kubernetes 1.36; it needs 1.13 or newer"),
        (
            "1.29",
            "1.14.0",
            'Kubernetes "1.29" is not in the table; 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36 are',
        ),
        (
            "1.3",
            "1.14.0",
            'Kubernetes "1.3" is not in the table; 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36 are',
        ),
        ("1.35", "v1.14", '"v1.14" is not a Karpenter release; write it as 1.14.0'),
        ("1.35", "latest", '"latest" is not a Karpenter release; write it as 1.14.0'),
        (
            "1.34",
            "1.10.2",
            "Karpenter 1.10.2 knows no network interfaces or placement groups in an EC2NodeClass; "
            "1.11.0 and newer do",
        ),
    ],
)
def test_a_pair_that_does_not_go_says_why(kubernetes: str, karpenter: str, reason: str) -> None:
    support = karpenter_support(kubernetes, karpenter)
    assert (support.supported, support.reason) == (False, reason)


def test_releases_are_compared_as_numbers() -> None:
    assert karpenter_support("1.35", "1.100.0").supported


@pytest.mark.parametrize(
    ("version", "knows"),
    [
        ("v1.18.5-eksbuild.1", True),
        ("v1.18.4-eksbuild.9", False),
        ("v1.20.0-eksbuild.1", True),
        ("1.9.9", False),
        ("default", False),
    ],
)
def test_efa_only_needs_a_vpc_cni_of_1_18_5(version: str, knows: bool) -> None:
    assert vpc_cni_knows_efa_only(version) is knows
