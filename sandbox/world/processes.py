"""Starts daemons, remembers exactly which ones, and stops those and no others.

A pid names a process only until it ends: the number is then given to somebody else. So each record holds the
pid together with the moment the process started, and a pid whose start differs is never touched. What was
started but not yet recorded when this program was killed is found by a mark in its environment, which every
daemon of a sandbox carries and passes on to what it starts.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from sandbox.environment import refuse_real_account
from sandbox.paths import SandboxPaths
from sandbox.world.locks import locked

MARK = "EKS_EFA_SANDBOX_OF"
"""Environment variable of every daemon: the directory of the sandbox it belongs to."""

GRACE_SECONDS = 10.0
"""How long a process may take to end after SIGTERM, before SIGKILL."""

_CLOCK_STEP_SECONDS = 2.0
"""Linux counts a start from the boot time, which moves when the clock is set; no pid comes round so fast."""


@dataclass(frozen=True)
class ProcessRecord:
    """A daemon: what it is called here, and what identifies it on this machine."""

    name: str
    pid: int
    started: float
    """Seconds since the epoch, as psutil tells it."""
    command: tuple[str, ...]

    def process(self) -> psutil.Process | None:
        """The very process that was recorded, or None if it has ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _CLOCK_STEP_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class Processes:
    """The daemons of one sandbox. Several programs may use it at once: the cli and the agent do."""

    def __init__(self, paths: SandboxPaths) -> None:
        """Records are kept in `paths.processes`, logs in `paths.logs`."""
        self._paths = paths

    def start(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str]) -> psutil.Popen:
        """Start a daemon in a session of its own; its output goes to `logs/<name>.log`.

        Raises RealAccountError where its environment could lead it to a real account.
        """
        arguments = [str(part) for part in command]
        environment = self.marked(environment)
        refuse_real_account(environment)
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as log, self._records() as records:
            process = psutil.Popen(
                arguments,
                env=environment,
                cwd=self._paths.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            # Given, not read back: for an instant after its start a process has no command line.
            records[name] = ProcessRecord(name, process.pid, process.create_time(), tuple(arguments))
        return process

    def adopt(self, name: str, process: psutil.Process) -> None:
        """Record a daemon that somebody else started for this sandbox."""
        with self._records() as records, contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            command = tuple(process.cmdline())
            records[name] = ProcessRecord(name, process.pid, process.create_time(), command)

    def running(self) -> dict[str, ProcessRecord]:
        """Every recorded daemon that is alive, by name."""
        with self._records() as records:
            return {name: record for name, record in records.items() if record.process() is not None}

    def stop(self, *names: str, grace: float = GRACE_SECONDS) -> None:
        """End the daemons of these names together, and wait until they have ended. Absent ones are fine."""
        with self._records() as records:
            chosen = [records[name] for name in names if name in records]
        end([process for record in chosen if (process := record.process()) is not None], grace)
        with self._records() as records:
            for record in chosen:
                if records.get(record.name) == record:
                    del records[record.name]

    def marked(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The environment with the mark of this sandbox."""
        return {**environment, MARK: str(self._paths.root)}

    def of_this_sandbox(self) -> list[psutil.Process]:
        """Every process that carries the mark of this sandbox, recorded or not, but for this one."""
        found = []
        for process in psutil.process_iter():
            # Processes of others cannot be read, and may end while one looks.
            with contextlib.suppress(psutil.Error):
                mine = process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
                if mine and process.environ().get(MARK) == str(self._paths.root):
                    found.append(process)
        return found

    def log(self, name: str) -> Path:
        """Where a daemon's output goes."""
        return self._paths.logs / f"{name}.log"

    def log_size(self, name: str) -> int:
        """Bytes in the log; a daemon that starts now writes after them."""
        path = self.log(name)
        return path.stat().st_size if path.exists() else 0

    def last_words(self, name: str) -> str:
        """The last line of a daemon's log, for an error about it."""
        with contextlib.suppress(FileNotFoundError):
            lines = self.log(name).read_text(errors="replace")[-4000:].split("\n")
            return next((line.strip()[-300:] for line in reversed(lines) if line.strip()), "no output")
        return "no output"

    @contextlib.contextmanager
    def _records(self) -> Iterator[dict[str, ProcessRecord]]:
        """The records, under a lock; what is changed in the block is written at its end."""
        path = self._paths.processes
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_suffix(".lock")):
            before = path.read_text() if path.exists() else "[]"
            stored = [ProcessRecord(**{**i, "command": tuple(i["command"])}) for i in json.loads(before)]
            records = {record.name: record for record in stored}
            try:
                yield records
            finally:
                after = json.dumps([asdict(record) for record in records.values()], indent=2)
                if after != before:
                    draft = path.with_suffix(".draft")
                    draft.write_text(after)
                    draft.replace(path)


def end(processes: Iterable[psutil.Process], grace: float = GRACE_SECONDS) -> None:
    """SIGTERM to each, SIGKILL to those that are still there after `grace` seconds."""
    remaining = list(processes)
    for signal, patience in ((psutil.Process.terminate, grace), (psutil.Process.kill, GRACE_SECONDS)):
        for process in remaining:
            with contextlib.suppress(psutil.NoSuchProcess):
                signal(process)
        deadline = time.monotonic() + patience
        while (remaining := [process for process in remaining if not _has_ended(process)]) and (
            time.monotonic() < deadline
        ):
            time.sleep(0.02)


def _has_ended(process: psutil.Process) -> bool:
    """Whether it has; a child of ours is reaped, another's counts as soon as its last thread is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        # The threads of a zombie may still be closing its ports.
        if process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1:
            return False
    # Only now, or one that ended between a wait and a look would be left a zombie.
    with contextlib.suppress(psutil.TimeoutExpired):
        process.wait(timeout=0)
    return True
