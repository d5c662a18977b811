"""`python -m sandbox.world.agent`: what stands in for machines and kubelets beside the control plane.

One process with four loops: the joiner makes nodes of instances, the Karpenter host runs Karpenter, stand-ins
make pods of MPIJobs and let them run, and pods of Indexed Jobs run until they are deleted. A loop that meets
an API server or an AWS that does not answer says so in `agent.json` and its log, and tries again.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.environment import aws_endpoint
from sandbox.paths import SandboxPaths
from sandbox.signals import requests_to_end
from sandbox.world.aws_facts import AwsFacts
from sandbox.world.control_plane_config import kubelet_port
from sandbox.world.heartbeat import Heartbeat
from sandbox.world.jobs.kubelet import PODS_OF_INDEXED_JOBS, JobKubelet
from sandbox.world.joiner import Joiner
from sandbox.world.karpenter_host import KarpenterHost
from sandbox.world.kubernetes import PODS, Kubernetes, KubernetesError
from sandbox.world.machines import MachineList
from sandbox.world.mpi.job import PODS_OF_JOBS
from sandbox.world.mpi.kubelet import MpiKubelet
from sandbox.world.mpi.operator import MpiOperator
from sandbox.world.nodes import Site
from sandbox.world.pins import KUBERNETES, pinned_version
from sandbox.world.tools import Tools

JOIN_SECONDS = 0.25
"""Between two looks at the instances: a fraction of what a real boot takes, and cheap."""

KARPENTER_SECONDS = 0.5
"""Between two looks at Karpenter's pods."""

MPI_SECONDS = 0.5
"""Between two looks at MPIJobs and their pods, and at those of Indexed Jobs."""

TROUBLE_SECONDS = 1.0
"""Before the next try after one that failed."""

log = logging.getLogger("sandbox.world.agent")


class AwsUnreachableError(Exception):
    """The emulated AWS has not announced itself."""


TROUBLE = (KubernetesError, AwsUnreachableError, BotoCoreError, ClientError, OSError)


class Agent:
    """The four loops and what they share."""

    def __init__(self, paths: SandboxPaths, tools: Tools, site: Site) -> None:
        """Make the parts; nothing runs yet."""
        self._paths = paths
        self._site = site
        self._stop = Event()
        self._heartbeat = Heartbeat(paths.agent)
        kubernetes = Kubernetes(paths.kubeconfig)
        self._joiner = Joiner(kubernetes, site, paths.charts)
        self._machines = MachineList()
        self._karpenter = KarpenterHost(paths, tools, kubernetes, site.region)
        self._kubernetes = kubernetes
        self._mpi_operator = MpiOperator(kubernetes)
        self._mpi_kubelet = MpiKubelet(paths, kubernetes)
        self._job_kubelet = JobKubelet(paths, kubernetes)
        self._facts: AwsFacts | None = None

    def run(self, wait_for_the_end: Callable[[], object]) -> None:
        """Run all loops until `wait_for_the_end` returns, then end Karpenter and remove `agent.json`."""
        loops = [
            Thread(target=self._loop, args=("joiner", self._join, JOIN_SECONDS)),
            Thread(target=self._loop, args=("karpenter", self._host, KARPENTER_SECONDS)),
            Thread(target=self._loop, args=("mpi_operator", self._operate, MPI_SECONDS)),
            Thread(target=self._loop, args=("jobs", self._run_jobs, MPI_SECONDS)),
        ]
        for thread in loops:
            thread.start()
        wait_for_the_end()
        self._stop.set()
        for thread in loops:
            thread.join()
        self._karpenter.stop()
        self._joiner.close()
        self._paths.agent.unlink(missing_ok=True)

    def _loop(self, part: str, step: Callable[[], Mapping[str, Any]], seconds: float) -> None:
        trouble = ""
        while not self._stop.is_set():
            pause = seconds
            try:
                report = step()
                trouble = ""
            except TROUBLE as error:
                if str(error) != trouble:
                    log.warning("%s: %s", part, error)
                trouble = str(error)
                report, pause = {"trouble": trouble}, TROUBLE_SECONDS
            self._heartbeat.report(part, report)
            self._stop.wait(pause)

    def _join(self) -> Mapping[str, Any]:
        endpoint = self._endpoint()
        machines = self._machines.read(endpoint)
        changes = self._joiner.step(machines, self._aws())
        if changes.joined or changes.removed:
            log.info("%d nodes joined, %d removed", changes.joined, changes.removed)
        return {"instances": len(machines), "waiting": changes.waiting}

    def _host(self) -> Mapping[str, Any]:
        before = self._karpenter.state
        state = self._karpenter.step(self._aws())
        if state != before:
            log.info("karpenter %s: %s", state.state, state.reason or state.pod)
        return asdict(state)

    def _operate(self) -> Mapping[str, Any]:
        pods = self._kubernetes.items(PODS, labelSelector=PODS_OF_JOBS)
        self._mpi_kubelet.step(pods)
        return asdict(self._mpi_operator.step(pods))

    def _run_jobs(self) -> Mapping[str, Any]:
        pods = self._kubernetes.items(PODS, labelSelector=PODS_OF_INDEXED_JOBS)
        return {"pods": self._job_kubelet.step(pods)}

    def _endpoint(self) -> str:
        endpoint = aws_endpoint(self._paths)
        if endpoint is None:
            raise AwsUnreachableError(f"{self._paths.aws}: the emulated AWS does not run")
        return endpoint

    def _aws(self) -> AwsFacts:
        endpoint = self._endpoint()
        if self._facts is None or self._facts.endpoint != endpoint:
            self._facts = AwsFacts(endpoint, self._site.region)
        return self._facts


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="sandbox.world.agent", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="directory of the sandbox")
    parser.add_argument("--tools", type=Path, required=True, help="home of the built tools")
    parser.add_argument("--region", required=True, help="region of the emulated AWS")
    arguments = parser.parse_args()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    paths = SandboxPaths(arguments.directory.resolve())
    site = Site(arguments.region, pinned_version(KUBERNETES), kubelet_port(paths))
    requests = requests_to_end()
    Agent(paths, Tools(arguments.tools), site).run(requests.get)
    return 0


if __name__ == "__main__":
    sys.exit(main())
