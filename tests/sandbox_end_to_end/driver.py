"""Drives `eks-efa` as a user does, in a sandbox directory of the test's own, and looks behind it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from cli.sandbox_api import private_api
from sandbox.environment import aws_endpoint
from sandbox.paths import REPOSITORY, SandboxPaths

PATIENCE_SECONDS = 400.0
"""For one thing to come true, most of a test's own limit: on a machine that others use as well, what takes
ten seconds may take minutes, and only what never comes is a fault."""


@dataclass(frozen=True)
class Said:
    """What a run of `eks-efa` said, how it ended and how long it took."""

    code: int
    output: str
    messages: str
    seconds: float

    def succeeded(self) -> "Said":
        assert self.code == 0, f"exit code {self.code}\n{self.output}\n{self.messages}"
        return self


@dataclass(frozen=True)
class Sandbox:
    """One sandbox. Nothing of it outlives `stop`."""

    directory: Path

    @property
    def paths(self) -> SandboxPaths:
        return SandboxPaths(self.directory)

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("eks-efa")), *arguments]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "STACK"))}
        return kept | {"EKS_EFA_SANDBOX_DIR": str(self.directory)}

    def eks_efa(self, *arguments: str, seconds: float = PATIENCE_SECONDS) -> Said:
        start = time.monotonic()
        done = subprocess.run(
            self.command(*arguments),
            cwd=REPOSITORY,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr, time.monotonic() - start)

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.eks_efa("status", "--json").succeeded().output)
        return document

    def pending_once(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The one pod that waits, as `status` shows it once that is so; the test's limit ends the wait."""
        while True:
            pending: list[dict[str, Any]] = self.status()["pods"]["pending"]
            if len(pending) == 1 and is_so(pending[0]):
                return pending[0]

    def endpoint(self) -> str:
        endpoint = aws_endpoint(self.paths)
        assert endpoint is not None
        return endpoint

    def karpenter_instances(self) -> list[dict[str, Any]]:
        """Instances in the emulated EC2 that Karpenter asked for."""
        instances: list[dict[str, Any]] = private_api(self.endpoint(), "GET", "instances")
        return [instance for instance in instances if "karpenter.sh/nodepool" in instance["tags"]]

    def processes(self) -> dict[psutil.Process, list[str]]:
        """Every process on this machine that has to do with this sandbox but the test's own; its command.

        One may end at any time: who asks it more has to expect psutil.NoSuchProcess.
        """
        found = {}
        for process in psutil.process_iter():
            try:
                command = process.cmdline()
                words = [*command, *process.environ().values()]
                alive = process.status() != psutil.STATUS_ZOMBIE
            except psutil.Error:
                continue
            if alive and process.pid != os.getpid() and any(str(self.directory) in word for word in words):
                found[process] = command
        return found

    def ports(self) -> set[int]:
        """Ports that its processes listen on: of the loopback interface, but for Karpenter's own two.

        Its metrics and health listen on every interface (operator.go of sigs.k8s.io/karpenter), and no option
        changes that.
        """
        listening = []
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                listening += [
                    (process.name(), connection.laddr)
                    for connection in process.net_connections("tcp")
                    if connection.status == psutil.CONN_LISTEN
                ]
        open_to_all = [name for name, address in listening if address.ip not in ("127.0.0.1", "::1")]
        assert set(open_to_all) <= {"karpenter"}
        return {address.port for _, address in listening}

    def stop(self) -> None:
        self.eks_efa("down")
        self.kill()

    def kill(self, word: str = "") -> None:
        """Kill every process of it that has the word in its command; one that has just ended is fine."""
        for process, command in self.processes().items():
            if not word or word in command:
                with suppress(psutil.NoSuchProcess):
                    process.kill()


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    """Look until it holds; AssertionError names what never came."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"no {what} after {PATIENCE_SECONDS} s"
        time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
