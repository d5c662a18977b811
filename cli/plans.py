"""Plans of the program, made by child processes that know no credentials."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cli.errors import CommandError
from plan.document import Plan
from sandbox.environment import harmless
from sandbox.paths import REPOSITORY
from settings.faults import Fault

MOST_PROCESSES = 2
"""Each has to import Pulumi's SDKs first, for a second; a stack then takes a quarter of one."""

STACKS_WORTH_A_PROCESS = 4


DOWNLOADING = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")
"""What the program needs on some machines to download what is not in the cache yet."""


class Unplanned(str):
    """Why a stack has no plan, as text, with the faults of its settings one by one where it is these."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the program warned of all the same."""


def plans_of(
    stacks: Sequence[str], program: Path = REPOSITORY, *, downloads: bool = False
) -> Mapping[str, Plan | Unplanned]:
    """The plan of each stack of the program in a directory, or why it has none.

    Without `downloads` there is a placeholder for what others publish and the cache does not hold.
    """
    processes = min(MOST_PROCESSES, -(-len(stacks) // STACKS_WORTH_A_PROCESS))
    shares = [stacks[start::processes] for start in range(processes)]
    with ThreadPoolExecutor(max(processes, 1)) as pool:
        found = {
            name: plan
            for share in pool.map(lambda each: _plans(each, program, downloads), shares)
            for name, plan in share
        }
    return {name: found[name] for name in stacks}


def plan_of(stack: str, *, downloads: bool = False) -> Plan:
    """The plan of one stack of this program; raises CommandError, with the reason, where it has none."""
    found = plans_of([stack], downloads=downloads)[stack]
    if isinstance(found, str):
        raise CommandError(f"stack {stack}", f"cannot be planned: {found}", "mend that first")
    return found


def _plans(stacks: Sequence[str], program: Path, downloads: bool) -> list[tuple[str, Plan | Unplanned]]:
    # Nothing in the environment leads to an account, real or emulated.
    environment = harmless(os.environ)
    command = [sys.executable, "-m", "plan", "--program", str(program), *stacks]
    if downloads:
        command.append("--downloads")
        environment |= {name: os.environ[name] for name in DOWNLOADING if name in os.environ}
    child = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    lines = child.stdout.splitlines()
    if child.returncode or len(lines) != len(stacks):
        reason = (child.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise CommandError(", ".join(stacks), f"the plan ended early: {reason}", "run it again")
    return [(stack, _read(line)) for stack, line in zip(stacks, lines, strict=True)]


def _read(line: str) -> Plan | Unplanned:
    content = json.loads(line)
    if "problem" not in content:
        return Plan.from_json(line)
    unplanned = Unplanned(content["problem"])
    unplanned.faults = tuple(Fault(**fault) for fault in content["faults"])
    unplanned.warnings = tuple(content["warnings"])
    return unplanned
