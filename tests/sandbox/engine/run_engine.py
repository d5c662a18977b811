"""What a run of the engine on a fake cloud does in its child process.

Pulumi keeps state in its modules; a process of its own for every run proves that none of it is needed.
"""

import json
import os
import sys
from pathlib import Path

from sandbox.engine.deploy import Engine
from sandbox.engine.events import Event, changes
from sandbox.engine.stack_files import read_stack
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
    engine = Engine(program, files, FakeWorld(root), registry(), functions, events.append)
    if verb == "up":
        outcome = engine.up(refresh="--refresh" in flags)
    elif verb == "preview":
        outcome = engine.preview()
    else:
        outcome = engine.down(force="--force" in flags, forget_kubernetes="--forget-kubernetes" in flags)
    told = [f"{e.kind} {e.action.value} {e.name} {e.detail}".strip() for e in events]
    answer = {
        "changes": {word: number for word, number in changes(outcome.counts).items() if number},
        "outputs": outcome.outputs,
        "secrets": sorted(outcome.secret_outputs),
        "error": outcome.error,
        "events": told,
    }
    (root / "answer.json").write_text(json.dumps(answer))


def child(verb: str, root: Path, *flags: str) -> None:
    """What a process of its own runs; whatever it says to the terminal goes to `stderr` below the root."""
    with (root / "stderr").open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    main(verb, root, *flags)
