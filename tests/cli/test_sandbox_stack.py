"""Stacks on a platform in the sandbox: refused before anything is started or stopped."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli import sandbox_stack
from cli.errors import CommandError
from cli.sandbox_stack import down_in_sandbox, preview_in_sandbox, up_in_sandbox
from cli.stacks import Stack
from sandbox.paths import SandboxPaths
from settings.stack_file import StackFile
from settings.yaml_values import Plain

PLATFORM = "organization/eks-efa-karpenter/sandbox"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxPaths:
    """A sandbox that seems to run; to start or stop anything of it is a failure."""

    def never(*arguments: Any) -> None:
        raise AssertionError("nothing is started, built or stopped")

    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path))
    monkeypatch.setattr(sandbox_stack, "is_running", lambda paths: True)
    for name in ("ensure_tools", "World", "run_engine"):
        monkeypatch.setattr(sandbox_stack, name, never)
    return SandboxPaths(tmp_path)


def deployed(paths: SandboxPaths, *names: str) -> None:
    paths.stacks.mkdir(parents=True)
    for name in names:
        record = {"type": "aws:ec2/vpc:Vpc", "inputs": {}}
        (paths.stacks / f"{name}.json").write_text(json.dumps({"records": [record]}))


def stack(name: str, *, region: str = "us-west-2", platform: str = PLATFORM) -> Stack:
    raw: dict[str, Plain] = {"sandbox": True, "platform": platform}
    return Stack(name, StackFile(region=region, profile=None, raw=raw, config={}))


@pytest.mark.parametrize("verb", [up_in_sandbox, preview_in_sandbox])
def test_a_platform_that_is_not_up_is_to_be_brought_up_first(paths: SandboxPaths, verb: Any) -> None:
    deployed(paths, "team-b")
    with pytest.raises(CommandError) as refused:
        verb(stack("team-a"))
    assert str(refused.value) == (
        "stack team-a: its platform, stack sandbox, is not up in this sandbox; "
        "run: eks-efa up --stack sandbox"
    )


def test_a_stack_in_another_region_than_its_platform_is_refused(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox")
    with pytest.raises(CommandError) as refused:
        up_in_sandbox(stack("team-a", region="eu-west-1"))
    assert str(refused.value) == (
        "stack team-a: is in eu-west-1, but its platform sandbox in us-west-2; set aws:region us-west-2"
    )


def test_a_platform_does_not_go_before_the_stacks_on_it(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox", "team-a", "team-b")
    with pytest.raises(CommandError) as refused:
        down_in_sandbox(stack("sandbox", platform=""), now=False)
    assert str(refused.value) == (
        "stack sandbox: team-a, team-b still on its cluster; "
        "run first: eks-efa down --stack team-a and eks-efa down --stack team-b"
    )


def test_a_part_cannot_end_the_whole_sandbox(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox", "team-a")
    with pytest.raises(CommandError, match="--now: ends the whole sandbox, and stack team-a is a part"):
        down_in_sandbox(stack("team-a"), now=True)


def test_a_down_of_a_stack_that_is_not_there_is_no_error(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox")
    down_in_sandbox(stack("team-a"), now=False)
