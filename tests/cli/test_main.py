import json
from pathlib import Path

import pytest

from cli import main
from cli.errors import CommandError
from cli.verbs import status as status_verb


@pytest.fixture(autouse=True)
def empty_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.delenv("STACK", raising=False)
    return tmp_path / "sandbox"


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["help"]) == 0
    text = capsys.readouterr().out
    for verb in (
        "up",
        "preview",
        "down",
        "status",
        "scale-out",
        "scale",
        "scale-in",
        "logs",
        "check",
        "fault",
        "nccl",
    ):
        assert verb in text


def test_status_where_nothing_runs_says_so_and_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["status"]) == 0
    assert "nothing runs" in capsys.readouterr().out


def test_status_for_scripts_is_json_where_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["stack"], document["kubeconfig"], document["sandbox"]["running"]) == (
        "sandbox",
        None,
        False,
    )


@pytest.mark.parametrize("arguments", [["scale-out"], ["scale", "3"], ["scale-in"], ["fault", "show"]])
def test_a_verb_that_needs_the_sandbox_says_how_to_start_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(arguments) == 1
    error = capsys.readouterr().err
    assert "make up" in error
    assert len(error.strip().splitlines()) == 1


def test_a_test_that_cannot_begin_has_the_exit_code_of_no_verdict_not_of_a_failure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.run(["nccl", "run"]) == 2
    assert "sandbox: does not run; start it with: make up" in capsys.readouterr().err


def test_a_stack_that_does_not_exist_is_one_line_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main.run(["up", "-s", "nosuch"]) == 1
    error = capsys.readouterr().err
    assert "Pulumi.nosuch.yaml: no such file; stacks here: dev, existing, prod, sandbox" in error
    assert len(error.strip().splitlines()) == 1


def test_the_stack_can_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STACK", "nosuch")
    assert main.run(["status"]) == 1
    assert "Pulumi.nosuch.yaml: no such file" in capsys.readouterr().err


def test_a_missing_kubeconfig_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["scale-out", "--kubeconfig", str(tmp_path / "none")]) == 1
    assert "no such kubeconfig; name one with --kubeconfig" in capsys.readouterr().err


def test_a_kubeconfig_that_is_none_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken").write_text("{]")
    assert main.run(["scale-out", "--kubeconfig", str(tmp_path / "broken")]) == 1
    assert "not a usable kubeconfig" in capsys.readouterr().err


def test_ctrl_c_says_that_the_command_can_be_run_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(status_verb, "read_status", interrupted)
    assert main.run(["status"]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_an_error_nobody_foresaw_is_one_line_and_kept_whole_in_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_sandbox: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by [zero]")

    monkeypatch.setattr(status_verb, "read_status", broken)
    assert main.run(["status"]) == 1
    error = capsys.readouterr().err
    assert "ZeroDivisionError: by [zero]" in error
    assert "Traceback" not in error
    assert "Traceback" in (empty_sandbox / "logs" / "eks-efa-errors.log").read_text()


def test_a_command_error_is_what_it_is_about_then_the_fault_then_the_cure() -> None:
    assert main.one_line(CommandError("x", "is broken", "mend it")) == "x: is broken; mend it"
