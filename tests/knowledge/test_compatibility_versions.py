"""Texts that name a set of versions: version files of images, and image tags."""

from knowledge.compatibility.versions import VersionSet, of_image_tag, of_version_file

FILE = """\
# what the image is built from
export CUDA_VERSION="12.9.1"
EFA_INSTALLER_VERSION=1.48.0
AWS_OFI_NCCL_VERSION=""  # the installer's own
NCCL_VERSION=v2.30.4-1
NCCL_TESTS_VERSION=v2.18.3
"""


def test_a_version_file_names_what_the_container_has() -> None:
    assert of_version_file(FILE) == VersionSet(cuda="12.9.1", efa_installer="1.48.0", nccl="v2.30.4-1")


def test_a_plugin_of_its_own_goes_before_the_installers() -> None:
    assert of_version_file("AWS_OFI_NCCL_VERSION=v1.16.3-aws").aws_ofi_nccl == "v1.16.3-aws"


def test_the_arguments_of_a_dockerfile_are_such_lines_too() -> None:
    assert of_version_file("ARG CUDA_VERSION=13.0.2\nFROM x:${CUDA_VERSION}") == VersionSet(cuda="13.0.2")


def test_a_tag_of_awss_public_image_names_its_versions() -> None:
    tag = "cuda12.8.1-efa1.43.2-ofiv1.16.3-ncclv2.27.7-1-testsv2.16.9"
    assert of_image_tag(f"public.ecr.aws/hpc-cloud/nccl-tests:{tag}") == VersionSet(
        cuda="12.8.1", efa_installer="1.43.2", aws_ofi_nccl="1.16.3", nccl="2.27.7"
    )


def test_a_digest_after_the_tag_hides_nothing() -> None:
    tag = "x:cuda12.8.1-efa1.43.2-ofiv1.16.3-ncclv2.27.7-1"
    assert of_image_tag(f"{tag}@sha256:{'0' * 64}") == of_image_tag(tag) is not None
    assert of_image_tag(f"x@sha256:{'0' * 64}") is None


def test_a_tag_without_a_plugin_means_the_installers() -> None:
    versions = of_image_tag("x:cuda13.0.2-efa1.48.0-ncclv2.30.4-1")
    assert versions is not None
    assert versions.aws_ofi_nccl is None


def test_other_tags_name_nothing() -> None:
    assert of_image_tag("public.ecr.aws/hpc-cloud/nccl-tests:latest") is None
    assert of_image_tag("nccl-tests") is None
