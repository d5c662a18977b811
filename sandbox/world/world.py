"""The whole world of a sandbox: started in the right order, looked at, and ended without a trace."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.environment import aws_endpoint, child_environment
from sandbox.paths import REPOSITORY, SandboxPaths
from sandbox.world import kubeconfigs
from sandbox.world.control_plane import PARTS, ControlPlane
from sandbox.world.emulated_aws import NAME as AWS
from sandbox.world.emulated_aws import EmulatedAws
from sandbox.world.errors import ProcessError
from sandbox.world.heartbeat import read_heartbeat
from sandbox.world.karpenter_host import NAME as KARPENTER
from sandbox.world.locks import locked
from sandbox.world.processes import Processes, end
from sandbox.world.prometheus import NAME as PROMETHEUS
from sandbox.world.tools import Tools

AGENT = "agent"

DAEMONS = (*PARTS, AWS, AGENT)
"""Every process that `World.start` starts; the agent adds Karpenter's."""

AGENT_SECONDS = 30.0
"""How long the agent may take to its first report; it takes about 1 s."""

STOP_SECONDS = 4.0
"""How long the daemons may take to end before they are killed."""

Report = Callable[[str], None]
"""Hears, one line at a time, what is being done."""


@dataclass(frozen=True)
class WorldStatus:
    """What runs of a sandbox."""

    running: tuple[str, ...]
    """Names of the daemons that are alive."""
    missing: tuple[str, ...]
    """Names of those that should be and are not; all of them where the sandbox is down."""
    aws_endpoint: str | None
    karpenter: dict[str, Any]
    """The fields of KarpenterState as the agent last reported them; empty while it does not."""
    joiner: dict[str, Any]
    """`instances` and `waiting`, or `trouble`."""

    @property
    def up(self) -> bool:
        """Whether everything runs."""
        return not self.missing


class World:
    """One sandbox: a control plane, an emulated AWS, the agent, and what they start."""

    def __init__(self, paths: SandboxPaths, tools: Tools, region: str) -> None:
        """Nothing is started or even looked at yet; `tools` come from `tools.ensure_tools`."""
        self.paths = paths
        self.tools = tools
        self.region = region
        self.processes = Processes(paths)

    def start(self, report: Report) -> None:
        """Start whatever does not run; return once pods can be created and instances become nodes.

        Safe to call again at any time, and after any part was killed. Raises WorldError.
        """
        with self._alone():
            self._start(report)

    def stop(self) -> None:
        """End every process of this sandbox and remove what they wrote but for logs and engine state."""
        with self._alone():
            self._stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One starts or stops a world at a time: the second finds what the first has done."""
        self.paths.root.mkdir(parents=True, exist_ok=True)
        with locked(self.paths.root / "world.lock"):
            yield

    def _start(self, report: Report) -> None:
        control_plane = ControlPlane(self.paths, self.processes)
        aws = EmulatedAws(self.paths, self.processes, self.region)
        if control_plane.is_of_other_tools(self.tools):
            report("the tools have changed: starting afresh")
            self._stop()
        was_running = control_plane.is_running()
        if not (was_running and aws.is_running()):
            report("starting the control plane and the emulated AWS")
        with ThreadPoolExecutor(1) as beside:
            starting = beside.submit(aws.start)
            control_plane.start(self.tools)
            starting.result()
        kubeconfig = kubeconfigs.read(self.paths.kubeconfig)
        authority = kubeconfigs.certificate_authority(kubeconfig)
        aws.put_control_plane(kubeconfigs.server(kubeconfig), authority)
        self._start_agent(report, anew=not was_running)

    def _stop(self) -> None:
        self.processes.stop(AGENT, KARPENTER, AWS, PROMETHEUS, grace=STOP_SECONDS)
        ControlPlane(self.paths, self.processes).delete()
        # What was started but never recorded, because the one who started it was killed.
        end(self.processes.of_this_sandbox())
        for file in (
            self.paths.aws,
            self.paths.agent,
            self.paths.karpenter_kubeconfig,
            self.paths.nccl_fault,
            self.paths.nccl_slow,
            self.paths.job_fault,
            self.paths.existing_cluster,
        ):
            file.unlink(missing_ok=True)
        for folder in (self.paths.charts, self.paths.pod_logs, self.paths.job_logs, self.paths.prometheus):
            shutil.rmtree(folder, ignore_errors=True)

    def status(self) -> WorldStatus:
        """What runs now. Looks at processes and files only, so it is quick and never fails."""
        running = self.processes.running()
        heartbeat = read_heartbeat(self.paths.agent) if AGENT in running else {}
        return WorldStatus(
            running=tuple(sorted(running)),
            missing=tuple(name for name in DAEMONS if name not in running),
            aws_endpoint=aws_endpoint(self.paths) if AWS in running else None,
            karpenter=heartbeat.get("karpenter", {}),
            joiner=heartbeat.get("joiner", {}),
        )

    def _start_agent(self, report: Report, *, anew: bool) -> None:
        command = [sys.executable, "-m", "sandbox.world.agent", "--directory", str(self.paths.root)]
        command += ["--tools", str(self.tools.home), "--region", self.region]
        record = self.processes.running().get(AGENT)
        same = record is not None and list(record.command) == command
        if same and not anew and read_heartbeat(self.paths.agent):
            return
        report("starting the joiner, Karpenter's host and the MPI operator's stand-in")
        self.processes.stop(AGENT)
        self.paths.agent.unlink(missing_ok=True)
        environment = child_environment(self.paths, self.region) | {"PYTHONPATH": str(REPOSITORY)}
        process = self.processes.start(AGENT, command, environment)
        deadline = time.monotonic() + AGENT_SECONDS
        while not {"joiner", "karpenter"} <= read_heartbeat(self.paths.agent).keys():
            if process.poll() is not None or time.monotonic() > deadline:
                fault = f"no report from it: {self.processes.last_words(AGENT)}"
                raise ProcessError("agent", fault, f"see {self.processes.log(AGENT)}")
            time.sleep(0.05)
