"""What a push does, with a docker that notes what it is asked and a registry whose answers are given."""

import base64
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber

from cli import image_registry
from cli.errors import CommandError
from cli.image import image_tag, read_versions
from cli.main import run
from cli.stacks import find_stack
from cli.verbs import image

REGISTRY = "111122223333.dkr.ecr.us-west-2.amazonaws.com"
URL = f"{REGISTRY}/efa-dev/cuda-efa-nccl-tests"
LOCAL = f"cuda-efa-nccl-tests:{image_tag(read_versions())}"
REMOTE = f"{URL}:{image_tag(read_versions())}"

DOCKER = """#!/bin/sh
echo "$@" >> {log}
case "$1" in
  image) [ -f {log}.built ];;
  build) [ ! -f {log}.broken ];;
  login) cat > {log}.password;;
esac
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What docker was asked; with `.built` beside it the image is there, with `.broken` no build succeeds."""
    log = tmp_path / "log"
    (tmp_path / "docker").write_text(DOCKER.replace("{log}", str(log)))
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return log


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """The registry's answers; the stack has a repository in it."""
    client = boto3.client(
        "ecr", region_name="us-west-2", aws_access_key_id="none", aws_secret_access_key="none"
    )
    monkeypatch.setattr(image, "ecr_client", lambda stack: client)
    monkeypatch.setattr(image_registry, "stack_output", lambda stack, name: URL)
    with Stubber(client) as answers:
        yield answers


def without_the_image(ecr: Stubber) -> None:
    ecr.add_client_error("describe_images", "ImageNotFoundException")
    token = base64.b64encode(b"AWS:secret").decode()
    ecr.add_response("get_authorization_token", {"authorizationData": [{"authorizationToken": token}]})


def asked(log: Path) -> list[str]:
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def test_a_built_image_is_pushed_under_the_repositorys_name(
    log: Path, ecr: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    log.with_name("log.built").touch()
    without_the_image(ecr)
    assert run(["image", "push", "-s", "dev"]) == 0
    assert log.read_text().splitlines() == [
        f"image inspect {LOCAL}",
        f"login --username AWS --password-stdin {REGISTRY}",
        f"tag {LOCAL} {REMOTE}",
        f"push {REMOTE}",
    ]
    assert log.with_name("log.password").read_text() == "secret"
    assert capsys.readouterr().out == f"{REMOTE}\n"


def test_an_image_that_is_not_built_is_built_first(log: Path, ecr: Stubber) -> None:
    without_the_image(ecr)
    assert run(["image", "push", "-s", "dev"]) == 0
    assert asked(log) == ["image", "build", "login", "tag", "push"]


def test_an_image_that_is_there_is_not_pushed_again(
    log: Path, ecr: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    ecr.add_response("describe_images", {"imageDetails": []})
    assert run(["image", "push", "-s", "dev"]) == 0
    assert asked(log) == []
    assert capsys.readouterr().out == f"{REMOTE}\n"


def test_nothing_is_pushed_after_a_build_that_failed(log: Path, ecr: Stubber) -> None:
    log.with_name("log.broken").touch()
    without_the_image(ecr)
    assert run(["image", "push", "-s", "dev"]) == 1
    assert asked(log) == ["image", "build"]


def test_what_ecr_refuses_is_one_line(log: Path, ecr: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    ecr.add_client_error("describe_images", "ExpiredTokenException", "The token has expired")
    assert run(["image", "push", "-s", "dev"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ECR: An error occurred (ExpiredTokenException)")
    assert said.endswith("check who you are with: aws sts get-caller-identity\n")


def test_a_sandbox_takes_no_image() -> None:
    with pytest.raises(CommandError, match="stack sandbox: is a sandbox, which runs no image and keeps none"):
        image_registry.repository_of(find_stack("sandbox"))


def test_a_stack_without_a_repository_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_registry, "stack_output", lambda stack, name: None)
    with pytest.raises(CommandError, match=r"has no image repository; run: pulumi config set --path image"):
        image_registry.repository_of(find_stack("dev"))
