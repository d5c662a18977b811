"""The rules one by one: what each says of a pair, word for word, and what it leaves open."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.compatibility import Finding, Standing, VersionSet, judge
from knowledge.compatibility.judge import complete
from knowledge.compatibility.table import OfiPlugin, table

SUPPORTED, UNTESTED, UNSUPPORTED = Standing

ROWS: dict[str, tuple[VersionSet, Standing, str]] = {
    "a Karpenter that the minor needs": (
        VersionSet(kubernetes="1.35", karpenter="1.14.0"),
        SUPPORTED,
        "Kubernetes 1.35 needs Karpenter 1.9 or newer",
    ),
    "a Karpenter that is too old": (
        VersionSet(kubernetes="1.36", karpenter="1.12.9"),
        UNSUPPORTED,
        "Karpenter 1.12.9 is too old for Kubernetes 1.36; it needs 1.13 or newer",
    ),
    "a Karpenter of tomorrow": (
        VersionSet(kubernetes="1.35", karpenter="1.100.0"),
        UNTESTED,
        "Karpenter 1.100.0 is newer than 1.15.2, the last one whose matrix the table holds; "
        "use 1.15.2 or older",
    ),
    "a Karpenter without interfaces in its node classes": (
        VersionSet(kubernetes="1.34", karpenter="1.10.2"),
        UNSUPPORTED,
        "Karpenter 1.10.2 knows no network interfaces or placement groups in an EC2NodeClass; "
        "1.11.0 and newer do",
    ),
    "a minor of yesterday": (
        VersionSet(kubernetes="1.29", karpenter="1.14.0"),
        UNSUPPORTED,
        'Kubernetes "1.29" is not in the table; 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37 are',
    ),
    "a minor of tomorrow": (
        VersionSet(kubernetes="1.38", karpenter="1.14.0"),
        UNTESTED,
        'Kubernetes "1.38" is not in the table; 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37 are',
    ),
    "a VPC CNI that knows efa-only": (
        VersionSet(vpc_cni="v1.18.5-eksbuild.1"),
        SUPPORTED,
        "efa-only interfaces need VPC CNI 1.18.5 or newer",
    ),
    "a VPC CNI that does not": (
        VersionSet(vpc_cni="v1.18.4-eksbuild.9"),
        UNSUPPORTED,
        'v1.18.4-eksbuild.9 cannot handle efa-only interfaces; at least v1.18.5; or set "default"',
    ),
    "an image with known drivers": (
        VersionSet(kubernetes="1.35", ami_release="v20260714"),
        SUPPORTED,
        "image v20260714 carries EFA driver 3.1.0 and NVIDIA driver 580.159.03",
    ),
    "an image whose driver depends on the minor": (
        VersionSet(kubernetes="1.33", ami_release="v20251023"),
        SUPPORTED,
        "image v20251023 carries EFA driver 2.17.3 and NVIDIA driver 570.195.03",
    ),
    "an image of tomorrow": (
        VersionSet(kubernetes="1.35", ami_release="v20270101"),
        UNTESTED,
        "the drivers of image v20270101 are not in the table; the newest that is there: v20260714",
    ),
    "an image whose kernel panics": (
        VersionSet(kubernetes="1.35", ami_release="v20261003"),
        UNSUPPORTED,
        "image v20261003 is known to be bad on Kubernetes 1.31 to 1.35: its kernel 6.12.110 panics when it "
        "reclaims memory, and nodes reboot (https://github.com/awslabs/amazon-eks-ami/issues/2845); "
        "use v20261012",
    ),
    "the same image with another kernel": (
        VersionSet(kubernetes="1.36", ami_release="v20261003"),
        UNTESTED,
        "the drivers of image v20261003 are not in the table; the newest that is there: v20260714",
    ),
    "an image from before the minor": (
        VersionSet(kubernetes="1.35", ami_release="v20251120"),
        UNSUPPORTED,
        "image v20251120 was not made for Kubernetes 1.35; v20260114 was the first; use v20260714",
    ),
    "a driver for the container's CUDA": (
        VersionSet(cuda="12.8.1", nvidia_driver="570.195.03"),
        SUPPORTED,
        "CUDA 12.x needs NVIDIA driver 525 or newer; the node has 570.195.03",
    ),
    "a driver that is too old for the container's CUDA": (
        VersionSet(cuda="13.0.2", nvidia_driver="570.195.03"),
        UNSUPPORTED,
        "CUDA 13.x needs NVIDIA driver 580 or newer; the node has 570.195.03; "
        "use image v20260714, or build with CUDA 12.x",
    ),
    "a CUDA of tomorrow": (
        VersionSet(cuda="14.0", nvidia_driver="600.1"),
        UNTESTED,
        "CUDA 14 is not in the table, so no driver for it; use CUDA 13.x",
    ),
    "a driver that knows an older minor of CUDA": (
        VersionSet(cuda="12.9", cuda_driver="12.4"),
        SUPPORTED,
        "NCCL is built with CUDA 12.9 and the driver knows CUDA 12.4",
    ),
    "a driver that knows an older major of CUDA": (
        VersionSet(cuda="13.0", cuda_driver="12.8"),
        UNSUPPORTED,
        "NCCL is built with CUDA 13.0 and the driver knows CUDA 12.8, an older major; "
        "use an image on the node with NVIDIA driver 580 or newer",
    ),
    "the driver that came with the installer": (
        VersionSet(efa_driver="3.1.0", efa_installer="1.49.0"),
        SUPPORTED,
        "EFA installer 1.49.0 comes with EFA driver 3.1.0, which the node has",
    ),
    "an older driver than the installer's": (
        VersionSet(efa_driver="2.17.3", efa_installer="1.49.0"),
        UNTESTED,
        "EFA installer 1.49.0 comes with EFA driver 3.1.0; the node's 2.17.3 is older; "
        "use a newer image on the node, or an older installer",
    ),
    "what an installer brings together": (
        VersionSet(efa_installer="1.50.0"),
        SUPPORTED,
        "EFA installer 1.50.0 brings libfabric 2.6.0amzn1.0 and aws-ofi-nccl 1.21.1",
    ),
    "a plugin whose notes nobody has read": (
        VersionSet(nccl="2.32.6", aws_ofi_nccl="v1.22.0"),
        UNTESTED,
        "which NCCL aws-ofi-nccl v1.22.0 was tested with has not been read; "
        "use one of the table, such as 1.21.1",
    ),
    "a libfabric below the plugin's floor": (
        VersionSet(libfabric="1.21.0", aws_ofi_nccl="1.21.1"),
        UNSUPPORTED,
        "aws-ofi-nccl 1.21.1 needs libfabric 1.22.0 or newer, not 1.21.0; use libfabric 2.6.0amzn1.0",
    ),
    "a libfabric above the tested one": (
        VersionSet(libfabric="2.4.0amzn3.0", aws_ofi_nccl="1.16.3"),
        UNTESTED,
        "aws-ofi-nccl 1.16.3 was tested with libfabric up to 2.1.0amzn5.0; 2.4.0amzn3.0 is newer; "
        "use libfabric 2.1.0amzn5.0",
    ),
    "a libfabric between": (
        VersionSet(libfabric="2.1.0amzn5.0", aws_ofi_nccl="1.17.3"),
        SUPPORTED,
        "aws-ofi-nccl 1.17.3 needs libfabric 1.22.0amzn4.0 or newer and was tested with up to 2.3.1amzn1.0",
    ),
    "the NCCL that the plugin was tested with": (
        VersionSet(nccl="2.28.9", aws_ofi_nccl="1.20.0"),
        SUPPORTED,
        "aws-ofi-nccl 1.20.0 was tested with NCCL 2.28.9, 2.29.7 and 2.30.4",
    ),
    "an older NCCL that the plugin still works with": (
        VersionSet(nccl="2.18.5", aws_ofi_nccl="1.16.3"),
        SUPPORTED,
        "aws-ofi-nccl 1.16.3 was tested with NCCL 2.27.7 and keeps working with 2.17.1 and newer",
    ),
    "an NCCL below the floor": (
        VersionSet(nccl="2.16.2", aws_ofi_nccl="1.16.3"),
        UNSUPPORTED,
        "aws-ofi-nccl 1.16.3 works with NCCL 2.17.1 or newer, not with 2.16.2; use NCCL 2.27.7",
    ),
    "an NCCL that no plugin knows": (
        VersionSet(nccl="2.40.0", aws_ofi_nccl="1.21.1"),
        UNTESTED,
        "aws-ofi-nccl 1.21.1 was tested with NCCL 2.31.2; 2.40.0 is newer; use NCCL 2.31.2",
    ),
    "a plugin that is not in the table": (
        VersionSet(nccl="2.31.2", aws_ofi_nccl="1.99.0"),
        UNTESTED,
        "aws-ofi-nccl 1.99.0 is not in the table; use one of the table, such as 1.21.1",
    ),
    "a container that is too old for the GPU": (
        VersionSet(nccl="2.17.1", gpu="H100"),
        UNSUPPORTED,
        "H100 wants NCCL 2.18.0 or newer, not 2.17.1",
    ),
    "a word in the place of a release": (
        VersionSet(nccl="master", aws_ofi_nccl="1.16.3"),
        UNTESTED,
        'NCCL "master" is not a release, so no row can know it; name a release',
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_finding_says_the_row_and_the_cure(case: str) -> None:
    versions, standing, line = ROWS[case]
    worst = judge(versions).findings[0]
    assert (worst.standing, str(worst)) == (standing, line)


def test_the_worst_pair_decides_and_comes_first() -> None:
    versions = VersionSet(kubernetes="1.35", karpenter="1.14.0", nccl="2.16.2", aws_ofi_nccl="1.16.3")
    judgement = judge(versions)
    assert judgement.standing is UNSUPPORTED
    assert [finding.standing for finding in judgement.findings] == [UNSUPPORTED, SUPPORTED]


def test_nothing_is_known_of_nothing() -> None:
    assert judge(VersionSet()).standing is UNTESTED
    assert judge(VersionSet()).findings == ()


def test_a_set_gets_what_its_image_and_its_installer_bring_but_keeps_what_it_says_itself() -> None:
    whole = complete(
        VersionSet(kubernetes="1.35", ami_release="v20260714", efa_installer="1.42.0", aws_ofi_nccl="1.16.0")
    )
    assert (whole.efa_driver, whole.nvidia_driver) == ("3.1.0", "580.159.03")
    assert (whole.libfabric, whole.aws_ofi_nccl) == ("2.1.0amzn3.0", "1.16.0")


def test_what_no_source_says_is_left_open_and_not_judged() -> None:
    versions = VersionSet(efa_installer="1.37.0", aws_ofi_nccl="1.13.2", nccl="2.23.4", efa_driver="3.1.0")
    judgement = judge(versions)
    assert judgement.standing is SUPPORTED
    assert judgement.open == ("which libfabric EFA installer 1.37.0 brings is not in the table",)


def test_a_driver_newer_than_the_installers_is_left_open() -> None:
    judgement = judge(VersionSet(efa_installer="1.43.2", efa_driver="3.1.0"))
    assert judgement.open == (
        "the node's EFA driver 3.1.0 is newer than the 2.17.2 that came with EFA installer 1.43.2; "
        "no source judges that",
    )


ANY_VERSION = st.one_of(
    st.none(),
    st.sampled_from(["latest", "", "1.35", "580.1", "2.1.0amzn3.0", "v20260714", "H100", "1.48.0", "1.19.0"]),
    st.from_regex(r"v?\d{1,3}(\.\d{1,3}){0,3}(amzn\d\.\d)?(-[a-z0-9.]+)?", fullmatch=True),
)
ANY_SET = st.builds(VersionSet, **{field.name: ANY_VERSION for field in fields(VersionSet)})


@given(ANY_SET)
def test_every_set_can_be_judged(versions: VersionSet) -> None:
    names = {field.name for field in fields(VersionSet)}
    for finding in judge(versions).findings:
        assert set(finding.about) <= names
        assert "\n" not in str(finding)


@given(ANY_SET)
def test_whatever_is_not_supported_names_its_cure_in_the_cure_or_the_reason(versions: VersionSet) -> None:
    for finding in judge(versions).findings:
        if finding.standing is not SUPPORTED:
            assert finding.cure or "newer" in finding.reason or "are" in finding.reason, str(finding)


@given(st.sampled_from(table().plugins), st.integers(18, 40), st.integers(0, 20))
def test_above_the_floor_an_older_nccl_is_never_judged_worse(
    plugin: OfiPlugin, patch: int, more: int
) -> None:
    older, newer = (nccl_finding(f"2.{minor}.1", plugin.versions[0]) for minor in (patch, patch + more))
    assert older.standing <= newer.standing


def nccl_finding(nccl: str, plugin: str) -> Finding:
    (finding,) = judge(VersionSet(nccl=nccl, aws_ofi_nccl=plugin)).findings
    return finding
