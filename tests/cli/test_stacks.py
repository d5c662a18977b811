from pathlib import Path

import pytest

from cli.stacks import find_stack, stack_names
from settings.stack_file import StackFileError


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: eks-efa-karpenter\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (tmp_path / "Pulumi.try.yaml").write_text("config:\n  eks-efa-karpenter:sandbox: true\n")
    (tmp_path / "Pulumi.broken.yaml").write_text("config: [\n")
    (tmp_path / "Pulumi.empty.yaml").write_text("")
    return tmp_path


def test_stacks_are_the_files_beside_the_project_file(repository: Path) -> None:
    assert stack_names(repository) == ("broken", "dev", "empty", "try")


def test_only_a_stack_that_says_so_lives_in_the_sandbox(repository: Path) -> None:
    assert not find_stack("dev", repository).sandbox
    assert find_stack("try", repository).sandbox


@pytest.mark.parametrize(("platform", "name"), [("acme/eks-efa-karpenter/prod", "prod"), ('""', None)])
def test_a_stack_names_its_platform(repository: Path, platform: str, name: str | None) -> None:
    (repository / "Pulumi.team.yaml").write_text(f"config:\n  eks-efa-karpenter:platform: {platform}\n")
    assert find_stack("team", repository).platform == name
    assert find_stack("dev", repository).platform is None


@pytest.mark.parametrize(
    ("team", "namespace"),
    [("{name: vision}", "vision"), ("{name: vision, namespace: v}", "v"), ("{}", "nccl-test")],
)
def test_the_nccl_test_of_a_team_is_in_its_own_namespace(repository: Path, team: str, namespace: str) -> None:
    (repository / "Pulumi.team.yaml").write_text(f"config:\n  eks-efa-karpenter:team: {team}\n")
    assert find_stack("team", repository).nccl_namespace == namespace
    assert find_stack("dev", repository).nccl_namespace == "nccl-test"


@pytest.mark.parametrize(
    ("mode", "has"), [("cluster-autoscaler", False), ("both", True), ("karpenter", True)]
)
def test_karpenter_is_there_unless_cluster_autoscaler_is_alone(
    repository: Path, mode: str, has: bool
) -> None:
    (repository / "Pulumi.old.yaml").write_text(f"config:\n  eks-efa-karpenter:autoscaler: {mode}\n")
    assert find_stack("old", repository).has_karpenter == has
    assert find_stack("dev", repository).has_karpenter


def test_the_region_is_the_stacks_own(repository: Path) -> None:
    assert find_stack("dev", repository).region == "eu-west-1"


@pytest.mark.parametrize("text", ['"true"', "yes please", "1", "[true]"])
def test_what_is_not_plainly_true_is_no_sandbox(repository: Path, text: str) -> None:
    (repository / "Pulumi.odd.yaml").write_text(f"config:\n  eks-efa-karpenter:sandbox: {text}\n")
    assert not find_stack("odd", repository).sandbox


@pytest.mark.parametrize("name", ["nosuch", "", "../dev", "*"])
def test_a_stack_without_a_file_is_refused_with_those_that_there_are(repository: Path, name: str) -> None:
    with pytest.raises(StackFileError) as error:
        find_stack(name, repository)
    line = f"Pulumi.{name}.yaml: no such file; stacks here: broken, dev, empty, try"
    assert str(error.value).removesuffix('; did you mean "dev"?') == line


@pytest.mark.parametrize("name", ["broken", "empty"])
def test_a_stack_file_that_cannot_be_read_is_one_line(repository: Path, name: str) -> None:
    with pytest.raises(StackFileError) as error:
        find_stack(name, repository)
    assert str(error.value).startswith(f"Pulumi.{name}.yaml")
    assert "\n" not in str(error.value)
