from pathlib import Path

import pytest
import typer

from cli import pulumi
from cli.errors import CommandError
from cli.stacks import Stack
from settings.faults import SettingsError
from settings.stack_file import StackFile

DEV = Stack("dev", StackFile(region="us-west-2", profile=None, raw={}, config={}))


def program(folder: Path, text: str, *, aws: bool = True) -> None:
    """Programs on PATH: a pulumi that runs the text, and an AWS CLI."""
    for name, script in (("pulumi", text), ("aws", "exit 1")):
        if name == "pulumi" or aws:
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)


def test_without_pulumi_the_error_says_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="needs the pulumi program; install it from https://"):
        pulumi.run_pulumi(DEV, "up")


def test_without_the_aws_cli_nothing_is_begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, f"touch {tmp_path}/began", aws=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError) as refused:
        pulumi.run_pulumi(DEV, "up")
    assert str(refused.value) == (
        "stack dev: is on AWS, which needs the aws program; install the AWS CLI, version 2, from "
        "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
    )
    assert not (tmp_path / "began").exists()


def test_pulumi_gets_the_verb_and_the_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, f'echo "$@" > {tmp_path}/said')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    pulumi.run_pulumi(DEV, "up", "--yes")
    assert (tmp_path / "said").read_text() == "up --yes --stack dev\n"


def test_the_exit_code_of_pulumi_is_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "exit 7")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(typer.Exit) as end:
        pulumi.run_pulumi(DEV, "up")
    assert end.value.exit_code == 7


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"])
def test_a_real_stack_refuses_an_emulated_aws(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv(name, "http://127.0.0.1:4000")
    with pytest.raises(SettingsError, match=f"unset {name}"):
        pulumi.run_pulumi(DEV, "destroy")


def test_an_output_of_a_stack_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, f"""echo "$@" > {tmp_path}/said; echo '{{"region": "us-west-2", "nodes": 2}}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert pulumi.stack_output(DEV, "region") == "us-west-2"
    assert pulumi.stack_output(DEV, "imageRepository") is None
    assert (tmp_path / "said").read_text() == "stack output --json --stack dev\n"


def test_a_stack_that_pulumi_does_not_know_is_told_with_pulumis_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "echo \"error: no stack named 'dev' found\" >&2; exit 255")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CommandError, match="stack dev: error: no stack named 'dev' found; deploy it first"):
        pulumi.stack_output(DEV, "region")


def test_what_has_been_made_of_a_stack_is_known_by_its_urns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, """echo '{"deployment": {"resources": [{"urn": "urn:a"}, {"urn": "urn:b"}]}}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert [each["urn"] for each in pulumi.deployed_resources(DEV)] == ["urn:a", "urn:b"]


@pytest.mark.parametrize(
    "text",
    ["""echo '{"deployment": {}}'""", """echo "error: no stack named 'dev' found" >&2; exit 255"""],
    ids=["empty", "none"],
)
def test_nothing_has_been_made_of_a_stack_that_is_empty_or_that_pulumi_does_not_know(
    text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, text)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert pulumi.deployed_resources(DEV) == []


def test_a_pulumi_that_cannot_say_what_has_been_made_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "echo 'error: PULUMI_ACCESS_TOKEN must be set' >&2; exit 255")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CommandError, match="stack dev: error: PULUMI_ACCESS_TOKEN must be set; log in with"):
        pulumi.deployed_resources(DEV)
