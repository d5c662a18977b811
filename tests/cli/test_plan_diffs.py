"""Two revisions of a repository, each planned by its own program; and revisions that git does not have."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.plan_diffs import diffs_against
from cli.plans import Unplanned, plans_of
from cli.revisions import revision
from plan.diff import headline
from plan.document import Plan
from sandbox.engine.plan import Action
from tests.plan.small_program import NETWORK, write

ONE, TWO = "aws:region: us-west-2", "aws:region: us-west-2\n  small:cidr: 10.9.0.0/16"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A commit `before`, and files that differ from it: another range, and another set of stacks."""
    folder = write(tmp_path_factory.mktemp("repository"), NETWORK, kept=ONE, gone=ONE)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "before")
    git(folder, "tag", "before")
    write(folder, NETWORK.replace("10.0.0.0/24", "10.9.0.0/24"), kept=TWO, new=ONE, refused=ONE)
    (folder / "Pulumi.gone.yaml").unlink()
    (folder / "__main__.py").write_text(
        (folder / "__main__.py").read_text()
        + "if pulumi.get_stack() == 'refused':\n    raise pulumi.RunError('owner: missing')\n"
    )
    yield folder


def git(folder: Path, *arguments: str) -> None:
    # Without upkeep, which goes on in the background and has a lock file for as long.
    configuration = ["user.name=test", "user.email=test@example.com", "maintenance.auto=false"]
    options = [word for each in configuration for word in ("-c", each)]
    # What the user's own configuration signs, hooks or converts is none of this repository's business.
    alone = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True, env=alone)


def test_every_stack_of_either_revision_is_compared(repository: Path) -> None:
    found = {diff.stack: diff for diff in diffs_against("before", repository=repository)}
    assert list(found) == ["gone", "kept", "new", "refused"]
    assert headline(found["gone"]).startswith("gone: the stack is gone, ")
    assert headline(found["new"]).startswith("new: a new stack, 2 to add")
    assert headline(found["refused"]) == "refused: cannot be compared: owner: missing"
    kept = found["kept"].comparison
    assert kept is not None
    assert kept.count(Action.REPLACE) == 2


def test_one_stack_can_be_compared_alone(repository: Path) -> None:
    assert [diff.stack for diff in diffs_against("before", "kept", repository)] == ["kept"]


def test_a_stack_that_neither_revision_has_is_refused_with_those_that_there_are(repository: Path) -> None:
    with pytest.raises(CommandError, match="stack nosuch: has no file here or in before; stacks here: kept"):
        diffs_against("before", "nosuch", repository)


def test_a_revision_leaves_no_trace_in_the_repository(repository: Path) -> None:
    def traces() -> list[str]:
        return sorted(str(path) for path in (repository / ".git").rglob("*") if path.name != "index")

    before = traces()
    with revision("before", repository) as files:
        assert (files / "Pulumi.gone.yaml").exists()
    assert not files.exists()
    assert traces() == before


@pytest.mark.parametrize("name", ["nosuch", "", "--output=x", "before:"])
def test_a_revision_that_git_does_not_know_is_refused(repository: Path, name: str) -> None:
    with pytest.raises(CommandError, match="git cannot give it"), revision(name, repository):
        pass


def test_a_plan_is_made_without_any_credentials(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("AWS_PROFILE", "prod")
    program = "import os\npulumi.export('seen', sorted(name for name in os.environ if 'AWS' in name))"
    plan = plans_of(["one"], write(tmp_path, program))["one"]
    assert isinstance(plan, Plan)
    assert plan.outputs == {"seen": []}


def test_a_stack_that_cannot_be_planned_hides_no_other(tmp_path: Path) -> None:
    program = "if pulumi.get_stack() == 'b':\n    raise pulumi.RunError('no')\n" + NETWORK
    found = plans_of(["a", "b", "c"], write(tmp_path, program, a=ONE, b=ONE, c=ONE))
    assert [type(plan) for plan in found.values()] == [Plan, Unplanned, Plan]


def test_what_the_program_prints_is_no_part_of_its_plan(tmp_path: Path) -> None:
    found = plans_of(["a", "b"], write(tmp_path, "print('working')\n" + NETWORK, a=ONE, b=ONE))
    assert [type(plan) for plan in found.values()] == [Plan, Plan]


def test_an_error_without_words_is_told_by_its_name(tmp_path: Path) -> None:
    assert plans_of(["one"], write(tmp_path, "raise ValueError"))["one"] == "ValueError"


def test_plans_made_in_one_process_are_those_made_alone(repository: Path) -> None:
    together = plans_of(["kept", "new"], repository)
    assert together == {**plans_of(["kept"], repository), **plans_of(["new"], repository)}
