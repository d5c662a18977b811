import pytest

from knowledge.ami import Variant, ami_parameter, eks_ami_type, release_faults, variant_for
from tests.knowledge.aws_service_models import service_model
from tests.knowledge.moto_instance_types import GB200, described

IMAGES: list[tuple[str, Variant]] = [
    ("x86_64", "standard"),
    ("x86_64", "nvidia"),
    ("x86_64", "neuron"),
    ("arm64", "standard"),
    ("arm64", "nvidia"),
]


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("p5.48xlarge", "nvidia"),
        ("g6f.2xlarge", "nvidia"),
        ("trn2.48xlarge", "neuron"),
        ("inf2.48xlarge", "neuron"),
        ("hpc7a.96xlarge", "standard"),
        ("m6i.xlarge", "standard"),
    ],
)
def test_the_devices_of_a_type_decide_on_its_image(name: str, variant: Variant) -> None:
    assert variant_for(described(name)) == variant


def test_the_recommended_image_is_where_the_eks_user_guide_says() -> None:
    assert ami_parameter("1.35", "x86_64", "nvidia") == (
        "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
    )


def test_a_pinned_image_is_where_karpenter_looks_for_it() -> None:
    assert ami_parameter("1.35", "arm64", "standard", "v20260714") == (
        "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/"
        "amazon-eks-node-al2023-arm64-standard-1.35-v20260714/image_id"
    )


def test_there_is_no_neuron_image_for_arm() -> None:
    with pytest.raises(KeyError):
        ami_parameter("1.35", "arm64", "neuron")


def test_ami_types_are_those_of_the_eks_api() -> None:
    known = service_model("eks")["shapes"]["AMITypes"]["enum"]
    assert {eks_ami_type(*image) for image in IMAGES} <= set(known)


def test_grace_blackwell_takes_the_nvidia_image_for_arm() -> None:
    assert eks_ami_type(GB200.architecture, variant_for(GB200)) == "AL2023_ARM_64_NVIDIA"


def test_a_release_is_v_and_a_date() -> None:
    assert release_faults("v20260714") == ()
    assert [str(fault) for fault in release_faults("latest")] == [
        '"latest" is not a release of the EKS AL2023 image; a release is v and a date: v20260714'
    ]
