"""A real Kubernetes control plane on this machine, with KWOK in the place of kubelets.

kwokctl makes the PKI and starts etcd, the API server, the controller manager, the scheduler and KWOK as plain
processes. From there on they are ours: each is recorded, a part that died is started again with the state
that etcd kept, and stopping ends exactly those processes.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import yaml

from sandbox.environment import without_credentials
from sandbox.paths import SandboxPaths
from sandbox.world import kubeconfigs
from sandbox.world.commands import run
from sandbox.world.control_plane_config import (
    FILE,
    NODE_WITHOUT_NETWORK,
    PORTS,
    STAGES,
    kwokctl_configuration,
    reserved_ports,
)
from sandbox.world.errors import ProcessError
from sandbox.world.kubernetes import DEFINITIONS, Kubernetes, KubernetesError
from sandbox.world.processes import Processes, end
from sandbox.world.tools import Tools

PARTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller")
"""kwokctl's names of the processes, in the order they start."""

READY_SECONDS = 60.0
"""How long the control plane may take to answer. It takes 4 to 6 s on two idle cores."""

STOP_SECONDS = 0.2
"""How long the parts may take to end. Their state goes with them: there is nothing to write or to drain."""

DEFINITION_FILES = Path(__file__).parent / "crds"
"""Custom resource definitions that charts expect of the cluster, in a minimal form of our own."""


class ControlPlane:
    """The control plane of one sandbox."""

    def __init__(self, paths: SandboxPaths, processes: Processes) -> None:
        """Its state is kept in `paths.control_plane`; logs and records go where all daemons' go."""
        self._paths = paths
        self._processes = processes
        self._cluster = paths.control_plane / "clusters" / "sandbox"

    def is_running(self) -> bool:
        """Whether every part is alive and the kubeconfig is in its place."""
        return set(PARTS) <= self._processes.running().keys() and self._paths.kubeconfig.exists()

    def start(self, tools: Tools) -> None:
        """Start what does not run, and return once pods can be created. Quick where all of it runs."""
        if self.is_running():
            return
        self._end_interrupted_start()
        if self._is_installed():
            self._forget_dead_parts()
            self._kwokctl(tools, "start", "cluster")
        else:
            self._remove_state()
            self._install(tools)
        self._adopt()
        kubeconfigs.write(self._paths.kubeconfig, kubeconfigs.embedded(self._own_kubeconfig()))
        self._wait_until_ready()
        self._apply_definitions()

    def delete(self) -> None:
        """End every part that still runs, and remove its state."""
        self._adopt()
        self._processes.stop(*PARTS, grace=STOP_SECONDS)
        self._remove_state()
        self._paths.kubeconfig.unlink(missing_ok=True)

    def is_of_other_tools(self, tools: Tools) -> bool:
        """Whether it was made by tools of other versions than those that would start it now."""
        link = self._cluster / "bin" / "kube-apiserver"
        return link.is_symlink() and link.readlink() != tools.path("kube-apiserver")

    def _install(self, tools: Tools) -> None:
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        self._cluster.mkdir(parents=True)
        (self._cluster / "logs").symlink_to(self._paths.logs)
        configuration, stages = self._paths.control_plane / FILE, self._paths.control_plane / STAGES
        stages.write_text(yaml.safe_dump(NODE_WITHOUT_NETWORK))
        arguments = ["--config", str(configuration), "--kubeconfig", "", "--wait", "0s"]
        with reserved_ports(len(PORTS)) as ports:
            chosen = dict(zip(PORTS, ports, strict=True))
            configuration.write_text(yaml.safe_dump(kwokctl_configuration(tools, chosen, stages)))
            self._kwokctl(tools, "create", "cluster", *arguments)

    def _kwokctl(self, tools: Tools, *arguments: str) -> None:
        environment = self._processes.marked(without_credentials(self._paths)) | {
            "KWOK_WORKDIR": str(self._paths.control_plane),
            # kwokctl prefers a kubectl on PATH to the one it is given.
            "PATH": f"{tools.bin}:/usr/bin:/bin",
        }
        command = [str(tools.path("kwokctl")), "--name", "sandbox", *arguments]
        try:
            done = run(command, environment=environment, directory=self._paths.root, seconds=READY_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise self._failure(f"no end of kwokctl after {READY_SECONDS:.0f} s") from error
        if done.code != 0:
            raise self._failure(f"kwokctl {arguments[0]}: {done.last_line}")

    def _is_installed(self) -> bool:
        # kwokctl writes the components into its file last, after the kubeconfig.
        with contextlib.suppress(FileNotFoundError, yaml.YAMLError):
            documents = yaml.safe_load_all((self._cluster / "kwok.yaml").read_text())
            return any(len(document.get("components") or ()) == len(PARTS) for document in documents)
        return False

    def _end_interrupted_start(self) -> None:
        """End the kwokctl of a start that was killed: it goes on by itself and would start parts beside ours.

        Killed at once, as kwokctl takes the parts with it when it is asked to end.
        """
        left = [process for program, process in self._programs() if program.name == "kwokctl"]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        end(left)

    def _forget_dead_parts(self) -> None:
        """Remove kwokctl's pid files of parts that ended: it would take a stranger with that pid for ours."""
        alive = {str(process.pid) for process in self._alive_parts().values()}
        for file in (self._cluster / "pids").glob("*.pid"):
            if file.read_text().strip() not in alive:
                file.unlink()

    def _alive_parts(self) -> dict[str, psutil.Process]:
        own = self._cluster / "bin"
        return {program.name: process for program, process in self._programs() if program.parent == own}

    def _programs(self) -> Iterator[tuple[Path, psutil.Process]]:
        for process in self._processes.of_this_sandbox():
            with contextlib.suppress(psutil.Error):
                yield Path((process.cmdline() or [""])[0]), process

    def _adopt(self) -> None:
        for name, process in self._alive_parts().items():
            self._processes.adopt(name, process)

    def _own_kubeconfig(self) -> dict[str, Any]:
        return kubeconfigs.read(self._cluster / "kubeconfig.yaml")

    def _wait_until_ready(self) -> None:
        """Until the controller manager has made the service account that every pod needs."""
        deadline = time.monotonic() + READY_SECONDS
        kubernetes = Kubernetes(self._paths.kubeconfig)
        while True:
            if missing := self._missing_parts():
                raise self._failure(f"{missing[0]} ended: {self._processes.last_words(missing[0])}")
            try:
                kubernetes.get("/api/v1/namespaces/kube-system/serviceaccounts/default")
            except KubernetesError as error:
                if time.monotonic() > deadline:
                    raise self._failure(f"not ready after {READY_SECONDS:.0f} s") from error
                time.sleep(0.05)
            else:
                return

    def _missing_parts(self) -> list[str]:
        if not set(PARTS) <= self._processes.running().keys():
            # For an instant after its start a process has no environment, and nobody sees whose it is.
            self._adopt()
        return sorted(set(PARTS) - self._processes.running().keys())

    def _apply_definitions(self) -> None:
        kubernetes = Kubernetes(self._paths.kubeconfig)
        for file in sorted(DEFINITION_FILES.glob("*.yaml")):
            definition = yaml.safe_load(file.read_text())
            kubernetes.apply(f"{DEFINITIONS}/{definition['metadata']['name']}", definition)

    def _remove_state(self) -> None:
        shutil.rmtree(self._paths.control_plane, ignore_errors=True)

    def _failure(self, fault: str) -> ProcessError:
        return ProcessError("control-plane", fault, f"see {self._paths.logs}; eks-efa down starts afresh")
