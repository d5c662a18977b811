import pytest
from moto.ec2.models.instance_types import INSTANCE_TYPES

from cli.image import read_versions
from knowledge.gpu_architecture import COMPUTE_CAPABILITY, runs
from knowledge.nccl_image import PUBLIC_IMAGE_CODE

WITH_EFA = {
    gpu["Name"]
    for description in INSTANCE_TYPES.values()
    if description["NetworkInfo"].get("EfaInfo")
    for gpu in description.get("GpuInfo", {}).get("Gpus", [])
    if gpu["Manufacturer"] == "NVIDIA"
}


@pytest.mark.parametrize("name", sorted(WITH_EFA))
def test_every_gpu_of_a_type_with_efa_has_its_capability(name: str) -> None:
    assert name in COMPUTE_CAPABILITY


@pytest.mark.parametrize(
    ("capability", "code", "does"),
    [
        ("8.6", ("8.0",), True),
        ("8.0", ("8.6",), False),
        ("10.3", ("10.0",), True),
        ("7.5", ("8.0", "9.0"), False),
        ("12.0", ("10.0",), False),
        ("10.0", ("1.0",), False),
    ],
)
def test_code_is_for_its_major_version_from_its_minor_one_on(
    capability: str, code: tuple[str, ...], does: bool
) -> None:
    assert runs(capability, code) is does


def test_the_public_image_runs_on_what_aws_says_it_ran_on_and_not_on_older_or_newer_families() -> None:
    without = {name for name in WITH_EFA if not runs(COMPUTE_CAPABILITY[name], PUBLIC_IMAGE_CODE)}
    assert without == {"V100", "T4", "RTX PRO 4500", "RTX PRO Server 6000"}


def test_the_image_of_this_project_runs_on_every_gpu_of_a_type_with_efa() -> None:
    built = [f"{each[:-1]}.{each[-1]}" for each in read_versions()["GPU_ARCHITECTURES"].split()]
    assert all(runs(COMPUTE_CAPABILITY[name], built) for name in WITH_EFA)
