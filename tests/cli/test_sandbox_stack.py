"""Stacks on a cluster that is not theirs: refused before anything is started or stopped."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from cli import sandbox_order, sandbox_stack
from cli.errors import CommandError
from cli.sandbox_stack import down_in_sandbox, preview_in_sandbox, up_in_sandbox
from cli.stacks import Stack
from knowledge.yaml_values import Plain
from sandbox.paths import SandboxPaths
from sandbox.stranger import record
from settings.stack_file import StackFile

PLATFORM = "organization/eks-efa-karpenter/sandbox"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxPaths:
    """A sandbox that seems to run; to start or stop anything of it is a failure."""

    def never(*arguments: Any) -> None:
        raise AssertionError("nothing is started, built or stopped")

    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path))
    for module in (sandbox_stack, sandbox_order):
        monkeypatch.setattr(module, "is_running", lambda paths: True)
    for name in ("ensure_tools", "World", "run_engine"):
        monkeypatch.setattr(sandbox_stack, name, never)
    return SandboxPaths(tmp_path)


def deployed(paths: SandboxPaths, *names: str) -> None:
    paths.stacks.mkdir(parents=True)
    for name in names:
        record = {"type": "aws:ec2/vpc:Vpc", "inputs": {}}
        (paths.stacks / f"{name}.json").write_text(json.dumps({"records": [record]}))


def stack(
    name: str, *, region: str = "us-west-2", platform: str = PLATFORM, adopts: str | None = None
) -> Stack:
    raw: dict[str, Plain] = {"sandbox": True, "platform": platform}
    if adopts is not None:
        raw["cluster"] = {"name": adopts, "existing": {"systemNodeGroup": "default"}}
    return Stack(name, StackFile(region=region, profile=None, raw=raw, config={}))


def existing(region: str = "us-west-2") -> Stack:
    """A stack that adopts the cluster of somebody else's."""
    return stack("existing", region=region, platform="", adopts="legacy")


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


@pytest.mark.parametrize("verb", [up_in_sandbox, preview_in_sandbox])
def test_a_cluster_that_is_to_be_adopted_is_to_be_there_first(paths: SandboxPaths, verb: Any) -> None:
    with pytest.raises(CommandError) as refused:
        verb(existing())
    assert str(refused.value) == (
        "stack existing: adopts cluster legacy, and this sandbox has none; "
        "run first: eks-efa existing-cluster"
    )


def test_a_stack_in_another_region_than_the_cluster_that_it_adopts_is_refused(paths: SandboxPaths) -> None:
    record.begin(paths)
    with pytest.raises(CommandError) as refused:
        up_in_sandbox(existing(region="eu-west-1"))
    assert str(refused.value) == (
        "stack existing: is in eu-west-1, but cluster legacy in us-west-2; set aws:region us-west-2"
    )


def test_a_stack_may_adopt_the_cluster_of_another_stack(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox")
    with pytest.raises(AssertionError, match="nothing is started"):
        up_in_sandbox(existing())


@pytest.mark.parametrize("verb", [up_in_sandbox, preview_in_sandbox])
def test_a_stack_with_a_cluster_of_its_own_is_refused_beside_somebody_elses(
    paths: SandboxPaths, verb: Any
) -> None:
    record.begin(paths)
    with pytest.raises(CommandError) as refused:
        verb(stack("sandbox", platform=""))
    assert str(refused.value) == (
        "stack sandbox: makes a cluster, and this sandbox has cluster legacy of somebody else's; "
        "run first: eks-efa existing-cluster --down"
    )


def test_a_down_of_a_stack_that_is_not_there_leaves_somebody_elses_cluster(
    paths: SandboxPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    record.begin(paths)
    down_in_sandbox(stack("sandbox", platform=""), now=False)
    assert "nothing is there of stack sandbox; cluster legacy of somebody else's still runs" in (
        capsys.readouterr().err
    )


def test_a_down_of_a_stack_leaves_the_cluster_that_it_adopted_and_nothing_of_its_own(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record.begin(paths)
    deployed(paths, "existing")
    done = []

    class Running:
        def __init__(self, *arguments: Any) -> None:
            pass

        def start(self, report: Any) -> None:
            done.append("start")

    class Tools:
        def path(self, name: str) -> str:
            return name

    def drained(*_: object, force: bool) -> "nullcontext[None]":
        done.append(f"look at pods, force {force}")
        return nullcontext()

    monkeypatch.setattr(sandbox_stack, "World", Running)
    monkeypatch.setattr(sandbox_stack, "ensure_tools", Tools)
    monkeypatch.setattr(sandbox_stack, "connect", lambda kubeconfig: "cluster")
    monkeypatch.setattr(sandbox_stack, "child_environment", lambda *_: {})
    monkeypatch.setattr(sandbox_stack, "refuse_stranding", lambda *_: done.append("look for strangers"))
    monkeypatch.setattr(sandbox_stack, "drained", drained)
    monkeypatch.setattr(sandbox_stack, "remove_namespace", lambda cluster: done.append("pods of scale-out"))
    monkeypatch.setattr(sandbox_stack, "run_engine", lambda verb, name, *_: done.append(f"{verb} {name}"))
    down_in_sandbox(existing(), now=False)
    assert done == [
        "start",
        "look for strangers",
        "look at pods, force False",
        "pods of scale-out",
        "down existing",
    ]
    assert record.exists(paths)
    assert "stack existing is down; cluster legacy of somebody else's still runs" in capsys.readouterr().err


def test_now_ends_everything_with_somebody_elses_cluster(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.begin(paths)
    deployed(paths, "existing")
    ended = []

    class Running:
        def __init__(self, *arguments: Any) -> None:
            pass

        def stop(self) -> None:
            ended.append("world")

    monkeypatch.setattr(sandbox_stack, "World", Running)
    monkeypatch.setattr(sandbox_stack, "ensure_tools", lambda: None)
    down_in_sandbox(existing(), now=True)
    assert ended == ["world"]
    assert not paths.stacks.exists()


def test_a_protected_stack_is_not_taken_down_in_the_sandbox_either(paths: SandboxPaths) -> None:
    deployed(paths, "sandbox")
    cluster: dict[str, Plain] = {"name": "efa-sandbox", "deletionProtection": True}
    protected = Stack("sandbox", StackFile("us-west-2", None, {"sandbox": True, "cluster": cluster}, {}))
    with pytest.raises(
        CommandError, match="stack sandbox: is protected, with all that runs in it, by cluster"
    ):
        down_in_sandbox(protected, now=False)
