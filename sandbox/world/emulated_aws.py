"""The emulated AWS as a daemon of the sandbox: started, waited for, told of the control plane."""

import json
import sys
import time
from typing import Any

from sandbox.environment import aws_endpoint, child_environment
from sandbox.paths import REPOSITORY, SandboxPaths
from sandbox.private_api import call
from sandbox.world.errors import ProcessError
from sandbox.world.processes import Processes

NAME = "aws"

READY_SECONDS = 60.0
"""How long it may take to listen; it takes 2 to 3 s."""


class EmulatedAws:
    """The daemon `python -m sandbox.aws` of one sandbox."""

    def __init__(self, paths: SandboxPaths, processes: Processes, region: str) -> None:
        """A running one of another region is replaced by `start`."""
        self._paths = paths
        self._processes = processes
        self._command = [
            sys.executable,
            "-m",
            "sandbox.aws",
            "--directory",
            str(paths.root),
            "--region",
            region,
        ]
        self._region = region

    def is_running(self) -> bool:
        """Whether it runs, in this region, and has announced itself."""
        record = self._processes.running().get(NAME)
        return (
            record is not None and list(record.command) == self._command and bool(aws_endpoint(self._paths))
        )

    def start(self) -> None:
        """Start it unless it runs, and return once it answers. A new one knows nothing of what was."""
        if self.is_running():
            return
        self.stop()
        environment = child_environment(self._paths, self._region) | {"PYTHONPATH": str(REPOSITORY)}
        process = self._processes.start(NAME, self._command, environment)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if process.poll() is not None:
                fault = f"ended with code {process.returncode}: {self._processes.last_words(NAME)}"
                raise ProcessError("emulated-aws", fault, f"see {self._processes.log(NAME)}")
            if time.monotonic() > deadline:
                fault = f"does not answer after {READY_SECONDS:.0f} s"
                raise ProcessError("emulated-aws", fault, f"see {self._processes.log(NAME)}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, and with it everything in the emulated account."""
        self._processes.stop(NAME)
        self._paths.aws.unlink(missing_ok=True)

    def put_control_plane(self, endpoint: str, certificate_authority: str) -> None:
        """Tell it what EKS shall say of the control plane of every cluster; a sandbox has only one."""
        document = {"name": "*", "endpoint": endpoint, "certificate_authority": certificate_authority}
        self._call("PUT", "cluster", document)

    def _answers(self) -> bool:
        try:
            self._call("GET", "health")
        except ProcessError:
            return False
        return True

    def _call(self, method: str, path: str, document: object = None) -> Any:
        endpoint = aws_endpoint(self._paths)
        if endpoint is None:
            raise ProcessError("emulated-aws", "has not announced itself", "run: eks-efa up")
        try:
            status, text = call(endpoint, method, path, document)
        except ConnectionError as error:
            raise ProcessError("emulated-aws", f"does not answer: {error}", "run: eks-efa up") from error
        if status != 200:
            raise ProcessError("emulated-aws", f"{path}: {text}", "run: eks-efa up")
        return json.loads(text)
