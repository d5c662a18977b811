"""What a run of the engine on a fake cloud does in its child process.

Pulumi keeps state in its modules; a process of its own for every run proves that none of it is needed.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.deploy import Engine, Outcome
from sandbox.engine.events import Event, changes
from sandbox.engine.policy_guard import Policies
from sandbox.engine.policy_pack import PolicyPack
from sandbox.engine.policy_process import PolicyProcess
from sandbox.engine.stack_files import StackFiles, read_stack
from sandbox.engine.values import Properties
from sandbox.engine.world import World
from tests.sandbox.engine.fake_cloud import FakeWorld, registry


def double(world: World, arguments: Properties) -> Properties:
    return {"result": arguments["number"] * 2}


def main(verb: str, root: Path, *flags: str) -> None:
    events: list[Event] = []
    program = root / "program"
    files = read_stack(program, "dev")
    functions = {"fake:index:double": double}
    with _policies(root, files) as policies:
        engine = Engine(program, files, FakeWorld(root), registry(), functions, events.append, policies)
        outcome = _run(engine, verb, *flags)
    told = [f"{e.kind} {e.action.value} {e.name} {e.detail}".strip() for e in events]
    answer = {
        "changes": {word: number for word, number in changes(outcome.counts).items() if number},
        "outputs": outcome.outputs,
        "secrets": sorted(outcome.secret_outputs),
        "error": outcome.error,
        "events": told,
    }
    (root / "answer.json").write_text(json.dumps(answer))


@contextmanager
def _policies(root: Path, files: StackFiles) -> Iterator[Policies | None]:
    """The policies of the pack in `policies` below the root, if there is one."""
    pack = root / "policies"
    if not pack.exists():
        yield None
        return
    with PolicyProcess(pack, files, root / "policies.log", preview=False) as process:
        yield Policies(PolicyPack(process))


def _run(engine: Engine, verb: str, *flags: str) -> Outcome:
    if verb == "up":
        return engine.up(refresh="--refresh" in flags)
    if verb == "preview":
        return engine.preview()
    return engine.down(force="--force" in flags, forget_kubernetes="--forget-kubernetes" in flags)


def child(verb: str, root: Path, *flags: str) -> None:
    """What a process of its own runs; whatever it says to the terminal goes to `stderr` below the root."""
    with (root / "stderr").open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    main(verb, root, *flags)
