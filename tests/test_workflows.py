"""GitHub's workflows run what everybody can run, hold no key, and give a fork nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_repository import targets

GITHUB = Path(__file__).resolve().parent.parent / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))

COMMANDS = {"make", "cat", ".ci/run"}
"""What a step may run: the Makefile, what continuous integration runs, and a file into the summary."""

PREVIEW, DEPLOY = GITHUB / "workflows" / "preview.yml", GITHUB / "workflows" / "deploy.yml"


def read(path: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text())
    return content


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    content = read(path)
    if "runs" in content:
        yield from content["runs"]["steps"]
    for job in content.get("jobs", {}).values():
        yield from job["steps"]


def commands(path: Path) -> list[list[str]]:
    return [line.split() for step in steps(path) for line in str(step.get("run", "")).splitlines() if line]


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.stem)
def test_every_command_is_one_that_the_makefile_has(path: Path) -> None:
    assert {command[0] for command in commands(path)} <= COMMANDS
    assert {command[1] for command in commands(path) if command[0] == "make"} <= targets().keys()


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.stem)
def test_nothing_from_outside_is_pasted_into_a_command(path: Path) -> None:
    assert [command for command in commands(path) if "${{" in " ".join(command)] == []


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.stem)
def test_there_is_no_long_lived_key(path: Path) -> None:
    text = path.read_text()
    assert "secrets." not in text
    assert re.search(r"aws-(access|secret)", text) is None


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_job_has_a_limit_and_no_right_that_it_does_not_name(path: Path) -> None:
    assert read(path)["permissions"]["contents"] == "read"
    assert [name for name, job in jobs(path).items() if "timeout-minutes" not in job] == []


def test_a_fork_gets_the_offline_plan_and_no_credentials() -> None:
    trigger = read(PREVIEW)[True]  # YAML reads `on` as true
    assert list(trigger) == ["pull_request"]
    plan, preview = jobs(PREVIEW)["plan"], jobs(PREVIEW)["preview"]
    assert "if" not in plan
    assert "id-token" not in plan["permissions"]
    assert "head.repo.full_name == github.repository" in preview["if"]


def test_a_comment_is_edited_in_place() -> None:
    (script,) = [step["with"]["script"] for step in steps(PREVIEW) if "github-script" in step.get("uses", "")]
    assert "updateComment" in script
    (pulumi,) = [step["with"] for step in steps(ACTIONS[0]) if "pulumi/actions" in step.get("uses", "")]
    assert pulumi["edit-pr-comment"] is True
    assert pulumi["policyPacks"] == "policies"


def test_nothing_is_deployed_but_what_is_merged() -> None:
    assert read(DEPLOY)[True]["push"]["branches"] == ["main"]
    assert "github.ref == 'refs/heads/main' && " in jobs(DEPLOY)["dev"]["if"]
    assert "if" not in jobs(DEPLOY)["prod"]  # a condition of its own could outlive that dev is skipped


def test_what_speaks_to_a_cluster_can_run_where_its_private_endpoint_is_reached() -> None:
    for job in (*jobs(DEPLOY).values(), jobs(PREVIEW)["preview"]):
        assert job["runs-on"] == "${{ vars.PULUMI_RUNNER || 'ubuntu-24.04' }}"


def test_a_fork_never_gets_a_runner_of_ones_own() -> None:
    assert jobs(PREVIEW)["plan"]["runs-on"] == "ubuntu-24.04"


def test_production_waits_for_dev_and_for_its_own_approvals() -> None:
    assert jobs(DEPLOY)["prod"]["needs"] == "dev"
    assert [job["environment"] for job in jobs(DEPLOY).values()] == ["dev", "prod"]
    assert read(DEPLOY)["concurrency"]["cancel-in-progress"] is False
