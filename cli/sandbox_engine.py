"""The sandbox's engine as a child process: it draws its own progress and ends with a line of JSON."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import typer

from cli.errors import CommandError
from cli.policies import POLICY_PACK
from sandbox.paths import REPOSITORY, SandboxPaths

Verb = Literal["up", "preview", "down"]


@dataclass(frozen=True)
class Run:
    """How a run of the engine ended. `changes` counts resources by what happened to them."""

    changes: Mapping[str, int]
    seconds: float


def run_engine(
    verb: Verb,
    stack: str,
    paths: SandboxPaths,
    environment: Mapping[str, str],
    helm: Path,
    *flags: str,
) -> Run:
    """Run one verb; raises typer.Exit with its code after it has said itself what went wrong.

    Ctrl-C reaches the engine too, as it shares our terminal: it finishes what is in hand and keeps its state.
    """
    command = [
        *(sys.executable, "-m", "sandbox.engine", verb, "--json"),
        *("--directory", str(paths.root), "--program", str(REPOSITORY), "--stack", stack),
        *("--helm", str(helm), "--policy-pack", str(POLICY_PACK), *flags),
    ]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=dict(environment), stdout=subprocess.PIPE, text=True
    ) as engine:
        try:
            answer, _ = engine.communicate()
        except KeyboardInterrupt:
            engine.wait()
            raise
    if engine.returncode:
        raise typer.Exit(engine.returncode)
    try:
        result = json.loads(answer.splitlines()[-1])
    except (IndexError, json.JSONDecodeError) as error:
        raise CommandError("sandbox engine", "ended without an answer", "run it again") from error
    return Run(result["changes"], result["seconds"])
