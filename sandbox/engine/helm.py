"""The helm binary, as a bounded child process."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from sandbox.engine.errors import SandboxError, flat


class Helm:
    """Runs helm against the local control plane, with its caches below the sandbox's directory."""

    def __init__(self, binary: Path | None, kubeconfig: Path, home: Path) -> None:
        """`binary` is looked for on PATH where it is None; caches and values go below `home`."""
        self._binary = binary
        self._kubeconfig = kubeconfig
        self._home = home

    def install(
        self,
        name: str,
        chart: Path,
        namespace: str,
        values: dict[str, Any],
        seconds: int,
        flags: Sequence[str],
    ) -> None:
        """Install or upgrade a release and wait for it, `seconds` at the longest."""
        self._home.mkdir(parents=True, exist_ok=True)
        values_file = self._home / f"{namespace}.{name}.yaml"
        values_file.write_text(yaml.safe_dump(values))
        limits = ["--timeout", f"{seconds}s", "--history-max", "3"]
        command = ["upgrade", "--install", name, str(chart), "--namespace", namespace]
        self._run([*command, "--values", str(values_file), *limits, *flags], seconds + 30)

    def uninstall(self, name: str, namespace: str, seconds: int) -> None:
        """Remove a release and wait for its objects to go; an absent release is fine."""
        limits = ["--ignore-not-found", "--wait", "--timeout", f"{seconds}s"]
        try:
            self._run(["uninstall", name, "--namespace", namespace, *limits], seconds + 30)
        except SandboxError as error:
            # The helm of a killed run may still be at it and have removed the release in between.
            if "release: not found" not in str(error):
                raise

    def status(self, name: str, namespace: str) -> dict[str, Any] | None:
        """A release's info, version and manifest; None where there is no such release."""
        try:
            output = self._run(["status", name, "--namespace", namespace, "--output", "json"], 30)
        except SandboxError as error:
            if "not found" in str(error):
                return None
            raise
        status: dict[str, Any] = json.loads(output)
        return status

    def pull(self, chart: str, version: str, repository: str, destination: Path, seconds: int) -> None:
        """Fetch a chart archive. SandboxError where the repository does not answer within `seconds`."""
        destination.mkdir(parents=True, exist_ok=True)
        source = ["--repo", repository] if repository and not repository.startswith("oci://") else []
        where = f"{repository.rstrip('/')}/{chart}" if repository.startswith("oci://") else chart
        wanted = ["--version", version] if version else []
        self._run(["pull", where, *source, *wanted, "--destination", str(destination)], seconds)

    def _run(self, arguments: Sequence[str], seconds: float) -> str:
        binary = self._binary or shutil.which("helm")
        if binary is None:
            raise SandboxError("helm", "not found on PATH", "build the sandbox's tools, or give --helm")
        # Flags instead of an environment: the child keeps the sandbox's own, and nothing of it is overridden.
        places = [
            ("--kubeconfig", self._kubeconfig),
            ("--registry-config", self._home / "registry.json"),
            ("--repository-config", self._home / "repositories.yaml"),
            ("--repository-cache", self._home / "repository"),
        ]
        command = [str(binary), *arguments, *(str(part) for pair in places for part in pair)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            subject = f"helm-{arguments[0]}"
            raise SandboxError(
                subject, f"no end after {seconds:.0f} s", "see helm status, then run again"
            ) from error
        if done.returncode:
            raise SandboxError(f"helm-{arguments[0]}", flat(done.stderr.removeprefix("Error: "))[:500])
        return done.stdout
