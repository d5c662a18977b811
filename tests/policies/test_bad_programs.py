"""Programs that must not be deployed: each is stopped by the sandbox's engine before anything is made."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from policies.environment import Environment
from sandbox.engine.deploy import Engine, Outcome
from sandbox.engine.events import Event
from sandbox.engine.functions import FUNCTIONS
from sandbox.engine.handlers import registry
from sandbox.engine.policy_guard import Pack, Policies
from sandbox.engine.policy_pack import PolicyPack
from sandbox.engine.policy_process import PolicyProcess
from sandbox.engine.stack_files import StackFiles, read_stack
from sandbox.paths import REPOSITORY, SandboxPaths
from tests.policies.in_process import RulesInProcess
from tests.sandbox.engine.fake_cloud import FakeWorld

PROGRAMS = Path(__file__).parent / "bad_programs"

STOPPED_BY: dict[str, list[str]] = yaml.safe_load((PROGRAMS / "stopped_by.yaml").read_text())


@dataclass(frozen=True)
class Bad:
    """A program with its files in a folder of its own, and what came of deploying it."""

    directory: Path
    outcome: Outcome
    violated: list[str]


def deploy(name: str, directory: Path, pack: Pack) -> Bad:
    events: list[Event] = []
    program = directory / "program"
    world = FakeWorld(directory)
    engine = Engine(
        program, _files(name, directory), world, registry(), FUNCTIONS, events.append, Policies(pack)
    )
    outcome = engine.up()
    assert [event.kind for event in events if event.kind not in ("violated", "warned")] == []
    return Bad(
        directory, outcome, [f"{event.name}: {event.detail}" for event in events if event.kind == "violated"]
    )


def _files(name: str, directory: Path) -> StackFiles:
    program = directory / "program"
    if not program.exists():
        program.mkdir()
        shutil.copy(PROGRAMS / f"{name}.py", program / "__main__.py")
        (program / "Pulumi.yaml").write_text("name: bad\nruntime: python\n")
        (program / "Pulumi.prod.yaml").write_text("config:\n  bad:environment: prod\n")
    return read_stack(program, "prod")


@pytest.fixture(autouse=True)
def _where_a_run_was_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine runs a program where it is, as Pulumi does."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_every_bad_program_has_its_messages() -> None:
    assert {path.stem for path in PROGRAMS.glob("*.py")} == set(STOPPED_BY)


@pytest.mark.parametrize("name", STOPPED_BY)
def test_a_bad_program_is_stopped_before_anything_is_made(name: str, tmp_path: Path) -> None:
    bad = deploy(name, tmp_path, RulesInProcess(Environment("prod")))
    assert sorted(bad.violated) == sorted(STOPPED_BY[name])
    many = len(bad.violated)
    assert bad.outcome.error == f"policies: {many} violated; nothing was made; mend what the lines above name"
    assert bad.outcome.counts.total() == 0
    assert not (bad.directory / "stacks" / "prod.json").exists()


def test_the_pack_as_a_process_says_the_same(tmp_path: Path) -> None:
    name = "efa_pool_in_two_zones"
    files, log = _files(name, tmp_path), SandboxPaths(tmp_path).logs / "policies.log"
    with PolicyProcess(REPOSITORY / "policies", files, log, preview=False) as process:
        bad = deploy(name, tmp_path, PolicyPack(process))
    assert sorted(bad.violated) == sorted(STOPPED_BY[name])
    assert log.read_text() == ""
