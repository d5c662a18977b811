"""`permissions` as a user meets it."""

import json
from pathlib import Path

import pytest

from cli import plans
from cli.main import run
from cli.permissions import cluster_name
from cli.stacks import find_stack
from plan.document import Plan
from tests.plan.small_program import plan_of, resource

QUEUE = resource("aws:sqs/queue:Queue", "gpu-queue", {})


@pytest.fixture(autouse=True)
def _planned(monkeypatch: pytest.MonkeyPatch) -> None:
    def planned(stacks: list[str], *, downloads: bool) -> dict[str, Plan | str]:
        return dict.fromkeys(stacks, plan_of(QUEUE))

    monkeypatch.setattr(plans, "plans_of", planned)


def test_it_prints_the_policies_of_the_stacks_own_cluster_and_account(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["permissions", "-s", "dev", "--account", "111122223333"]) == 0
    policies = json.loads(capsys.readouterr().out)
    assert set(policies) == {"around", "lookups"}
    assert policies["around"]["Statement"][0]["Resource"] == "arn:aws:sqs:us-west-2:111122223333:gpu-*"
    assert "cluster/efa-dev" in json.dumps(policies["lookups"])


def test_it_writes_a_file_for_each_and_says_how_to_make_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["permissions", "-s", "dev", "--directory", str(tmp_path / "new")]) == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == {"dev-around.json", "dev-lookups.json"}
    said = capsys.readouterr().err
    assert f"--policy-document file://{tmp_path}/new/dev-around.json" in said
    assert "attach the 2 policies to the role that deploys dev" in said


def test_a_team_is_bound_to_the_cluster_of_its_platform() -> None:
    assert cluster_name(find_stack("team-a")) == "efa-sandbox"


def test_a_cluster_that_could_not_be_deployed_yet_has_its_name_in_them(tmp_path: Path) -> None:
    out_of_reach = "config: {eks-efa-karpenter:cluster: {name: train}, aws:region: us-west-2}"
    (tmp_path / "Pulumi.new.yaml").write_text(out_of_reach)
    assert cluster_name(find_stack("new", tmp_path)) == "train"
