"""A policy pack as a child process: the same program, started the same way, as by Pulumi's engine.

It loads while the program does; whoever first asks it something waits for the rest.
"""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from sandbox.engine.errors import SandboxError
from sandbox.engine.stack_files import StackFiles

PATIENCE_SECONDS = 60
"""A pack announces itself within a second or two; only a machine that is very busy needs longer."""

NO_ENGINE = "127.0.0.1:0"
"""Address of the engine that a pack may log to. Ours takes no logs by it: they are in the pack's own file."""


class PolicyProcess:
    """One pack for one stack, until the `with` block that it is used in ends."""

    def __init__(self, pack: Path, files: StackFiles, log: Path, *, preview: bool) -> None:
        """Start it. What it says on standard error goes to `log`."""
        self._pack = pack
        self._log = log
        self._lock = Lock()
        self._address = ""
        if not (pack / "PulumiPolicy.yaml").exists():
            raise SandboxError(str(pack), "no policy pack", "name a folder with a PulumiPolicy.yaml")
        log.parent.mkdir(parents=True, exist_ok=True)
        host = Path(__file__).with_name("policy_host.py")
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                # -P: the host's folder is no place to import from.
                [sys.executable, "-u", "-P", str(host), NO_ENGINE, str(pack)],
                cwd=pack,
                env=os.environ | _about(files, preview=preview),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        """The process was started already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def address(self) -> str:
        """Where it listens, waited for until it does. Raises SandboxError for a pack that does not start."""
        with self._lock:
            self._address = self._address or f"127.0.0.1:{self._port()}"
        return self._address

    def fault(self, problem: str) -> SandboxError:
        """Something wrong with the pack, as an error that names its log."""
        return SandboxError(f"policy pack {self._pack}", problem, f"see {self._log}")

    def _port(self) -> int:
        out = self._process.stdout
        if out is None or not select.select([out], [], [], PATIENCE_SECONDS)[0]:
            raise self.fault(f"announced no port within {PATIENCE_SECONDS} s")
        line = out.readline().decode().strip()
        if not line.isdigit():
            raise self.fault(f"did not start{f': {line}' if line else ''}")
        return int(line)


def _about(files: StackFiles, *, preview: bool) -> dict[str, str]:
    """What a pack may know of the stack (RunPlugin in pulumi-language-python's main.go)."""
    return {
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_PROJECT": files.project,
        "PULUMI_STACK": files.stack,
        "PULUMI_DRY_RUN": "true" if preview else "false",
        "PULUMI_CONFIG": json.dumps(files.config),
    }
