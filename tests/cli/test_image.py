"""The image of the NCCL test. No image is built here: docker is a script that notes what it is asked."""

import re
from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.image import FOLDER, Builder, image_tag, read_versions
from knowledge.compatibility import Standing, judge
from knowledge.compatibility.versions import of_image_tag
from knowledge.efa_installer import SIGNING_KEY
from knowledge.nccl_image import PUBLIC_IMAGE

DOCKERFILE = (FOLDER / "Dockerfile").read_text()


def test_the_dockerfile_and_the_versions_file_name_the_same_arguments() -> None:
    declared = set(re.findall(r"^ARG (\w+)$", DOCKERFILE, re.MULTILINE))
    assert declared == set(read_versions())


def test_no_argument_of_the_dockerfile_has_a_default_that_could_differ() -> None:
    assert re.findall(r"^ARG \w+=", DOCKERFILE, re.MULTILINE) == []


def test_every_argument_is_used_where_it_is_declared() -> None:
    script = (FOLDER / "install-efa.sh").read_text()
    for name in read_versions():
        assert f"${{{name}}}" in DOCKERFILE or f"${{{name}" in script, name


def test_nothing_in_the_dockerfile_is_a_version_by_itself() -> None:
    instructions = re.sub(r"^\s*#.*$", "", DOCKERFILE, flags=re.MULTILINE)
    assert re.findall(r"\d+\.\d+\.\d+", instructions) == []


def test_sources_are_pinned_by_commit_and_the_installer_by_the_key_that_signs_it() -> None:
    versions = read_versions()
    for name in ("NCCL_COMMIT", "NCCL_TESTS_COMMIT"):
        assert re.fullmatch(r"[0-9a-f]{40}", versions[name])
        assert f'= "${{{name}}}"' in DOCKERFILE
    assert f"readonly key={SIGNING_KEY}" in (FOLDER / "install-efa.sh").read_text()


def test_the_tag_is_that_of_the_public_image_of_the_same_versions() -> None:
    assert image_tag(read_versions()) == PUBLIC_IMAGE.rpartition(":")[2]


def test_the_versions_are_known_to_go_together() -> None:
    versions = of_image_tag(f"{FOLDER.name}:{image_tag(read_versions())}")
    assert versions is not None
    assert {finding.standing for finding in judge(versions).findings} == {Standing.SUPPORTED}


def test_values_may_be_quoted_and_lines_may_be_comments(tmp_path: Path) -> None:
    file = tmp_path / "versions.env"
    file.write_text('# why\n\nA=1.2\nB="70 75"\nC=\n')
    assert read_versions(file) == {"A": "1.2", "B": "70 75", "C": ""}


def test_every_version_is_handed_to_the_build() -> None:
    command = Builder("docker").build("x:1", {"A": "1.2", "B": "70 75"}, Path("/images/x"))
    assert command == [
        *("docker", "build", "--platform", "linux/amd64"),
        *("--build-arg", "A=1.2", "--build-arg", "B=70 75"),
        *("--tag", "x:1", "/images/x"),
    ]


@pytest.mark.parametrize("program", ["docker", "finch"])
def test_docker_or_finch_builds(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / program).write_text("#!/bin/sh\n")
    (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Builder.find().program == str(tmp_path / program)


def test_a_machine_with_neither_is_told_where_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"^image: neither docker nor finch is on PATH; install"):
        Builder.find()
