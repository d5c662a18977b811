import json
from pathlib import Path

import pytest

from sandbox.engine.errors import SandboxError
from sandbox.engine.stack_files import read_stack

PROJECT = """
name: gpus
runtime: python
config:
  region: {type: string, default: eu-west-1}
  needed: {type: string}
  aws:region: {value: us-east-1}
  plain: text
"""


def write(directory: Path, stack: str, project: str = PROJECT) -> Path:
    (directory / "Pulumi.yaml").write_text(project)
    (directory / "Pulumi.dev.yaml").write_text(stack)
    return directory


def test_configuration_is_what_pulumi_would_hand_over(tmp_path: Path) -> None:
    files = read_stack(
        write(
            tmp_path,
            """
config:
  aws:region: us-west-2
  gpus:pools: [{name: a, zones: [x]}]
  gpus:count: 3
  gpus:on: true
  other:key: kept
  short: mine
""",
        ),
        "dev",
    )
    assert files.project == "gpus"
    assert files.region == "us-west-2"
    assert json.loads(files.config.pop("gpus:pools")) == [{"name": "a", "zones": ["x"]}]
    assert files.config == {
        "aws:region": "us-west-2",
        "gpus:count": "3",
        "gpus:on": "true",
        "gpus:plain": "text",
        "gpus:region": "eu-west-1",
        "gpus:short": "mine",
        "other:key": "kept",
    }


def test_a_stack_file_may_be_without_configuration(tmp_path: Path) -> None:
    assert read_stack(write(tmp_path, "encryptionsalt: v1\n"), "dev").region == "us-east-1"


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ("config:\n  gpus:key: {secure: v1:abc}\n", r"Pulumi\.dev\.yaml: gpus:key is encrypted, .*; give"),
        ("config: [\n", r"Pulumi\.dev\.yaml:2:1: expected the node content, .*; mend the file"),
        ("config:\n  gpus:on: no\n", r"Pulumi\.dev\.yaml:2:12: no is a boolean to some readers .*; mend"),
        ("just text\n", r"Pulumi\.dev\.yaml: holds no keys; write"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_a_remedy(tmp_path: Path, stack: str, message: str) -> None:
    with pytest.raises(SandboxError, match=message):
        read_stack(write(tmp_path, stack), "dev")


def test_a_missing_stack_is_told_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"Pulumi\.prod\.yaml: no such file; stacks here: dev"):
        read_stack(write(tmp_path, ""), "prod")
