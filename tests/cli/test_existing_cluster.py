"""The cluster of somebody else in the sandbox: what is refused, and what a comparison says."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli import existing_cluster, main
from sandbox.paths import SandboxPaths
from sandbox.stranger import record
from sandbox.stranger.pictures import Picture
from sandbox.world.kubernetes import KubernetesError
from tests.cli.fake_clock import FakeClock


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxPaths:
    """A sandbox that seems to run; to start or stop anything of it is a failure."""

    def never(*arguments: Any) -> None:
        raise AssertionError("nothing is started, built or stopped")

    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path))
    monkeypatch.setattr(existing_cluster, "is_running", lambda paths: True)
    for name in ("ensure_tools", "World"):
        monkeypatch.setattr(existing_cluster, name, never)
    return SandboxPaths(tmp_path)


def deployed(paths: SandboxPaths, name: str) -> None:
    paths.stacks.mkdir(parents=True)
    record = {"type": "aws:ec2/vpc:Vpc", "inputs": {}}
    (paths.stacks / f"{name}.json").write_text(json.dumps({"records": [record]}))


def seen(monkeypatch: pytest.MonkeyPatch, *pictures: Picture) -> list[Picture]:
    """What looks at the cluster see, one after the other; the last of them for ever. What is left of them."""
    left = list(pictures)
    monkeypatch.setattr(existing_cluster, "_open", lambda paths: (None, None))
    monkeypatch.setattr(existing_cluster, "_picture", lambda *_: left.pop(0) if len(left) > 1 else left[0])
    return left


def test_it_is_not_made_beside_the_cluster_of_a_stack(
    paths: SandboxPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed(paths, "sandbox")
    assert main.run(["existing-cluster"]) == 1
    assert capsys.readouterr().err == (
        "error: cluster legacy: stack sandbox has a cluster in this sandbox, which has room for one; "
        "run first: eks-efa down --stack sandbox\n"
    )


@pytest.mark.parametrize("stack", ["existing", "team-a"])
def test_it_may_be_made_beside_stacks_without_a_cluster(paths: SandboxPaths, stack: str) -> None:
    deployed(paths, stack)
    assert main.run(["existing-cluster"]) == 1
    text = (paths.logs / "eks-efa-errors.log").read_text()
    assert "nothing is started, built or stopped" in text


def test_it_does_not_go_before_the_stacks_that_adopted_it(
    paths: SandboxPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    record.begin(paths)
    deployed(paths, "existing")
    assert main.run(["existing-cluster", "--down"]) == 1
    assert capsys.readouterr().err == (
        "error: cluster legacy: existing still on its cluster; run first: eks-efa down --stack existing\n"
    )


def test_to_take_away_what_is_not_there_is_no_error(
    paths: SandboxPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["existing-cluster", "--down"]) == 0
    assert "this sandbox has no existing cluster" in capsys.readouterr().err


def test_one_that_is_as_it_was_is_said_to_be(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record.keep_picture(paths, {"queue a": {}})
    seen(monkeypatch, {"queue a": {}})
    assert main.run(["existing-cluster", "--check"]) == 0
    assert capsys.readouterr().out == "as it was\n"


def test_differences_are_listed_at_once_while_a_stack_is_on_it(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record.keep_picture(paths, {"queue a": {}})
    deployed(paths, "existing")
    left = seen(monkeypatch, {"queue a": {}, "queue [b]": {}}, {"queue a": {}})
    assert main.run(["existing-cluster", "--check"]) == 1
    assert capsys.readouterr().out == "added    queue [b]\n"
    assert len(left) == 1


def test_what_is_on_its_way_out_is_waited_for(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.waiting.SystemClock", FakeClock)
    record.keep_picture(paths, {})
    seen(monkeypatch, {"pods web/old": {}}, {"pods web/old": {}}, {})
    assert main.run(["existing-cluster", "--check"]) == 0
    assert capsys.readouterr().out == "as it was\n"


def test_what_stays_is_listed_in_the_end(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.waiting.SystemClock", FakeClock)
    record.keep_picture(paths, {})
    seen(monkeypatch, {"role left": {}})
    assert main.run(["existing-cluster", "--check"]) == 1
    assert capsys.readouterr().out == "added    role left\n"


@pytest.mark.parametrize("begun", [False, True])
def test_one_that_is_not_there_cannot_be_compared(
    paths: SandboxPaths, begun: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if begun:
        record.begin(paths)
    assert main.run(["existing-cluster", "--check"]) == 1
    assert "this sandbox has none; make it with: eks-efa existing-cluster" in capsys.readouterr().err


def test_a_cluster_that_does_not_answer_is_said_in_one_line(
    paths: SandboxPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: Any) -> Picture:
        raise KubernetesError(0, "connection refused")

    record.keep_picture(paths, {})
    monkeypatch.setattr(existing_cluster, "_open", lambda paths: (None, None))
    monkeypatch.setattr(existing_cluster, "_picture", refused)
    assert main.run(["existing-cluster", "--check"]) == 1
    assert capsys.readouterr().err == (
        "error: sandbox: does not answer: connection refused; run: eks-efa existing-cluster\n"
    )


def test_it_is_compared_or_taken_away_and_not_both(
    paths: SandboxPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["existing-cluster", "--check", "--down"]) == 1
    assert "--check --down: cannot be done at once" in capsys.readouterr().err


def test_what_is_kept_of_it_is_not_lost_by_a_new_beginning(tmp_path: Path) -> None:
    paths = SandboxPaths(tmp_path)
    assert not record.exists(paths)
    record.begin(paths)
    assert record.exists(paths)
    assert record.kept_picture(paths) is None
    record.keep_picture(paths, {"queue a": {"Tags": {}}})
    record.begin(paths)
    assert record.kept_picture(paths) == {"queue a": {"Tags": {}}}
