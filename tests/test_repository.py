"""What a newcomer reads is true: README, Makefile and command line agree; no text is about one machine."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app

REPOSITORY = Path(__file__).resolve().parent.parent
MAKEFILE = (REPOSITORY / "Makefile").read_text()
TARGET = re.compile(r"^(?P<name>[a-z][a-z-]*):(?P<rest>[^=].*)?$", re.MULTILINE)
DOCUMENTS = sorted(
    [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").glob("*.md")]
)

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|work|workspace)/[a-z]|(?<![\w.])/tmp/[a-z]+/bin")
"""Folders that exist on one machine only. `/root/.ssh` in an image is none of ours."""


def targets() -> dict[str, str]:
    return {match["name"]: match["rest"] or "" for match in TARGET.finditer(MAKEFILE)}


def verbs() -> set[str]:
    return set(getattr(get_command(app), "commands", {}))


def tracked_text() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [REPOSITORY / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix not in {".sum", ".png", ".gz", ".log"}]


def test_every_target_says_what_it_is_for() -> None:
    assert targets()
    assert [name for name, rest in targets().items() if "## " not in rest] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_in_the_documents_exists(document: Path) -> None:
    named = set(re.findall(r"(?:^|[`$ ])make ([a-z][a-z-]*)", code_of(document)))
    assert named - targets().keys() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_eks_efa_command_in_the_documents_exists(document: Path) -> None:
    named = set(re.findall(r"eks-efa (?:-s \w+ )?([a-z][a-z-]*)", code_of(document)))
    assert named - verbs() == set()


def test_the_readme_names_every_verb() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert [verb for verb in sorted(verbs()) if f"`{verb}" not in readme] == []


def test_no_text_mentions_a_folder_of_one_machine() -> None:
    found = []
    for path in tracked_text():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(REPOSITORY)}: {match[0]}" for match in MACHINE_PATHS.finditer(text)]
    assert found == []


def test_workflows_pin_every_action_by_commit() -> None:
    uses = re.findall(r"uses: (\S+)", "".join(p.read_text() for p in (REPOSITORY / ".github").rglob("*.yml")))
    assert uses
    foreign = [action for action in uses if not action.startswith("./")]
    assert [action for action in foreign if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)] == []


def code_of(document: Path) -> str:
    """Code spans and blocks of a Markdown file, so that prose may say `make sure`."""
    text = document.read_text()
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])
