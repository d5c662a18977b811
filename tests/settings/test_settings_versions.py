"""Versions that depend on each other: what cannot be is refused, what nobody knows is only told."""

from dataclasses import replace
from typing import Any

import pytest

from knowledge.compatibility.table import table
from settings.checks import versions
from settings.faults import Fault
from tests.settings.bad_settings import GOOD, PROD, RELEASE, Case, check, lines_of, settings_of, spoilt

IMAGE = "registry.test/nccl-tests:cuda{cuda}-efa{efa}-ofiv{ofi}-ncclv{nccl}"

FAULTS: dict[str, Case] = {
    "a Karpenter too old for the minor": (
        {"cluster.version": "1.36", "karpenter.version": "1.12.0"},
        "karpenter.version: Karpenter 1.12.0 is too old for Kubernetes 1.36; it needs 1.13 or newer",
    ),
    "a minor newer than Karpenter": (
        {"cluster.version": "1.37", "karpenter.version": "1.14.0"},
        "karpenter.version: Karpenter 1.14.0 is too old for Kubernetes 1.37; it needs 1.15 or newer",
    ),
    "an image whose kernel panics": (
        {"provisioners[0].ami": {"release": "v20260930"}},
        "provisioners[0].ami.release: image v20260930 is known to be bad on Kubernetes 1.31 to 1.35: "
        "its kernel 6.12.110 panics when it reclaims memory, and nodes reboot "
        "(https://github.com/awslabs/amazon-eks-ami/issues/2845); use v20261012",
    ),
    "an image of before the minor": (
        {"nodeGroups[0].ami": {"release": "v20251120"}},
        "nodeGroups[0].ami.release: image v20251120 was not made for Kubernetes 1.35; "
        "v20260114 was the first; use v20260714",
    ),
    "an NCCL image that is too old for the GPU": (
        {
            "nccl": {
                "pool": "by-hand",
                "image": IMAGE.format(cuda="12.8.1", efa="1.43.2", ofi="1.6.0", nccl="2.17.1"),
            }
        },
        "nccl.image: H100 wants aws-ofi-nccl 1.7.2 or newer, not 1.6.0",
    ),
}

TOLD: dict[str, Case] = {
    "an image that the table does not have": (
        {"nodeGroups[0].ami": {"release": "v20270101"}},
        "nodeGroups[0].ami.release: the drivers of image v20270101 are not in the table; "
        "the newest that is there: v20260714",
    ),
    "an NCCL newer than its plugin": (
        {
            "nccl": {
                "pool": "elastic",
                "image": IMAGE.format(cuda="12.8.1", efa="1.41.0", ofi="1.14.2", nccl="2.26.6"),
            }
        },
        "nccl.image: aws-ofi-nccl 1.14.2 was tested with NCCL 2.26.2; 2.26.6 is newer; "
        "use aws-ofi-nccl 1.15.0 (EFA installer 1.42.0), or NCCL 2.26.2",
    ),
    "a Karpenter of tomorrow": (
        {"karpenter.version": "1.16.0"},
        "karpenter.version: Karpenter 1.16.0 is newer than 1.15.2, the last one whose matrix the table "
        "holds; use 1.15.2 or older",
    ),
}


def warnings_of(raw: dict[str, Any], **circumstances: Any) -> list[str]:
    told: list[Fault] = []
    settings_of(raw, warn=told.append, **circumstances)
    return [str(warning) for warning in told]


@pytest.mark.parametrize("case", FAULTS)
def test_versions_that_cannot_go_together_are_refused(case: str) -> None:
    changes, line = FAULTS[case]
    assert line in lines_of(spoilt(changes))


@pytest.mark.parametrize("case", TOLD)
def test_versions_that_nobody_has_tested_are_told_and_deployed(case: str) -> None:
    changes, line = TOLD[case]
    assert lines_of(spoilt(changes)) == []
    assert warnings_of(spoilt(changes)) == [line]


def test_a_newest_image_that_is_bad_is_told_where_it_would_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, *_ = table().bad_images
    rows = replace(table(), unread_images=("v20261003",), bad_images=(replace(bad, mended=None),))
    monkeypatch.setattr(versions, "table", lambda: rows)
    what = (
        ".ami: none, so that the newest is taken: image v20261003 is known to be bad on Kubernetes 1.31 to "
        "1.35: its kernel 6.12.110 panics when it reclaims memory, and nodes reboot "
        "(https://github.com/awslabs/amazon-eks-ami/issues/2845); use v20260714"
    )
    assert warnings_of(GOOD) == [f"nodeGroups[0]{what}", f"provisioners[0]{what}"]
    assert warnings_of(PROD) == []


def test_good_settings_are_told_nothing() -> None:
    assert warnings_of(GOOD) == []
    assert warnings_of(PROD) == []


def test_a_warning_needs_no_account() -> None:
    changes, line = TOLD["an NCCL newer than its plugin"]
    assert warnings_of(spoilt(changes), facts=None) == [line]


def test_an_image_meets_the_driver_of_the_pool_that_it_runs_on() -> None:
    image = IMAGE.format(cuda="13.0.2", efa="1.49.0", ofi="1.20.0", nccl="2.30.4")
    old = {"cluster.version": "1.33", "nodeGroups[0].ami": {"release": "v20251016"}, "nccl.pool": "by-hand"}
    line = (
        "nccl.image: CUDA 13.x needs NVIDIA driver 580 or newer; the node has 570.195.03; "
        "use image v20260714, or build with CUDA 12.x"
    )
    check(({**old, "nccl.image": image}, line))
    assert lines_of(spoilt({**old, "nccl.image": image, "nccl.pool": "elastic"})) == []


def test_a_release_that_is_none_is_a_fault_of_its_own_and_not_judged() -> None:
    lines = lines_of(spoilt({"nodeGroups[0].ami": {"release": RELEASE[1:]}}))
    assert lines == [
        'nodeGroups[0].ami.release: "20260714" is not a release of the EKS AL2023 image; '
        "a release is v and a date: v20260714"
    ]
