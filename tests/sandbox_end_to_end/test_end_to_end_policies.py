"""The policies in a sandbox that runs: a bad program is stopped there before anything is made."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
import yaml

from cli.policies import POLICY_PACK
from sandbox.environment import ACCESS_KEY, child_environment
from sandbox.paths import REPOSITORY
from tests.sandbox_end_to_end.driver import Sandbox

REGION = "us-west-2"
PROGRAMS = REPOSITORY / "tests" / "policies" / "bad_programs"


def engine(sandbox: Sandbox, verb: str, program: Path) -> subprocess.CompletedProcess[str]:
    place = ["--directory", str(sandbox.directory), "--program", str(program), "--stack", "bad"]
    return subprocess.run(
        [sys.executable, "-m", "sandbox.engine", verb, "--json", *place, "--policy-pack", str(POLICY_PACK)],
        cwd=REPOSITORY,
        env=child_environment(sandbox.paths, REGION),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("verb", ["preview", "up"])
def test_a_bad_program_is_stopped_with_its_messages(sandbox: Sandbox, tmp_path: Path, verb: str) -> None:
    shutil.copy(PROGRAMS / "open_security_group.py", tmp_path / "__main__.py")
    (tmp_path / "Pulumi.yaml").write_text("name: bad\nruntime: python\n")
    (tmp_path / "Pulumi.bad.yaml").write_text("config:\n  bad:environment: prod\n")
    said = engine(sandbox, verb, tmp_path)
    assert said.returncode == 1
    expected = yaml.safe_load((PROGRAMS / "stopped_by.yaml").read_text())["open_security_group"]
    violated = [line for line in said.stderr.splitlines() if line.startswith("violated")]
    assert len(violated) == len(expected)
    assert all(any(line.endswith(each) for line in violated) for each in expected)
    result = json.loads(said.stdout)
    assert result["error"] == "policies: 2 violated; nothing was made; mend what the lines above name"
    assert groups_of_bad_programs(sandbox) == []
    assert not (sandbox.paths.stacks / "bad.json").exists()


def groups_of_bad_programs(sandbox: Sandbox) -> list[str]:
    ec2 = boto3.client(
        "ec2",
        region_name=REGION,
        endpoint_url=sandbox.endpoint(),
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=ACCESS_KEY,
    )
    found = ec2.describe_security_groups(Filters=[{"Name": "tag:eks-efa/stack", "Values": ["bad"]}])
    return [group["GroupId"] for group in found["SecurityGroups"]]


def test_our_own_stack_is_held_against_the_policies_and_violates_none(sandbox: Sandbox) -> None:
    said = sandbox.eks_efa("preview").succeeded()
    assert "violated" not in said.messages
    assert "warned" not in said.messages
    assert (sandbox.paths.logs / "policies.log").read_text() == ""
