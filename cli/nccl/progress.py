"""A run as plain decisions on what was seen: does it measure, has it ended, is it hopeless, what to say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.karpenter import Provisioner
from cli.nccl.pods import PodSeen, State
from cli.scaling import Claims
from knowledge.nccl_job import Variant

NO_CLAIMS = Claims(0, 0, 0)
NO_OPERATOR = "nobody has made its pods; does the MPI operator run? kubectl get pods -n mpi-operator"


@dataclass(frozen=True)
class JobSeen:
    """The MPIJob. `failed` is what it says why, None where it has not; `refused` what the operator has
    against it, where it makes no pods of it.
    """

    there: bool = True
    succeeded: bool = False
    failed: str | None = None
    refused: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return not self.there or self.succeeded or self.failed is not None


def job_seen(document: Mapping[str, Any] | None, refused: str | None = None) -> JobSeen:
    """Read the conditions of an MPIJob; None: it is not there any more."""
    if document is None:
        return JobSeen(there=False)
    conditions = (document.get("status") or {}).get("conditions") or ()
    true = {each["type"]: each for each in conditions if each["status"] == "True"}
    failure = true.get("Failed")
    return JobSeen(
        succeeded="Succeeded" in true,
        failed=None if failure is None else _failure(failure),
        refused=refused,
    )


def _failure(condition: Mapping[str, Any]) -> str:
    """`DeadlineExceeded: Job was active longer than specified deadline`, as the Job's own words have it."""
    words = [condition.get("reason", "").rstrip("/"), condition.get("message", "").rstrip(": ")]
    return ": ".join(filter(None, words)) or "it does not say why"


@dataclass(frozen=True)
class RunSeen:
    """One look at a run. `rows` of the result are in the launcher's log so far."""

    variant: Variant
    workers: int
    job: JobSeen
    pods: tuple[PodSeen, ...]
    claims: Claims = NO_CLAIMS
    provisioners: Sequence[Provisioner] = ()
    rows: int = 0

    @property
    def launcher(self) -> PodSeen | None:
        """The pod that runs mpirun, the newest where earlier ones failed."""
        return next((pod for pod in reversed(self.pods) if pod.launcher), None)

    @property
    def restarts(self) -> int:
        """How often the launcher was begun anew: its pod, or the container in it."""
        launchers = [pod for pod in self.pods if pod.launcher]
        return max(len(launchers) - 1, 0) + sum(pod.restarts for pod in launchers)

    def is_under_way(self) -> bool:
        """Whether all workers run and the launcher with them, or the run has ended already."""
        launcher_runs = self.launcher is not None and self.launcher.state is State.RUNNING
        return self.has_ended() or (launcher_runs and self._running_workers() == self.workers)

    def has_ended(self) -> bool:
        """Whether the run has succeeded, failed, or been taken away by someone."""
        return self.job.ended

    def is_hopeless(self) -> bool:
        """Whether it waits for what will never come. Karpenter passes over a provisioner that is not ready,
        so what it refuses meanwhile is not its last word.
        """
        if self.job.refused is not None:
            return True
        final = [pod for pod in self.pods if pod.reason is not None and pod.reason.final]
        settled = all(provisioner.ready for provisioner in self.provisioners)
        return any(settled or pod.state is not State.WAITING for pod in final)

    def progress(self) -> str:
        """One line: what is waited for."""
        return f"{self.variant}: {self._step()}"

    def why(self) -> str:
        """What keeps the run, with the pod that it keeps: the final first, workers before the launcher."""
        if self.job.refused is not None:
            return f"the MPI operator refuses it: {self.job.refused}"
        if not self.pods:
            return NO_OPERATOR
        current = [pod for pod in self.pods if not pod.launcher or pod is self.launcher]
        kept = [pod for pod in current if pod.reason is not None]
        kept.sort(key=lambda pod: (not (pod.reason and pod.reason.final), pod.launcher))
        if kept:
            return kept[0].trouble or ""
        if self._running_workers() < self.workers:
            return f"only {self._running_workers()} of {self.workers} workers run"
        if self.launcher is None:
            return "all workers run, but not all are Ready: no launcher was made"
        return f"the launcher runs still, {self.rows} rows are measured"

    def _step(self) -> str:
        if not self.pods:
            return self.job.refused or "waiting for the MPI operator to make its pods"
        running = self._running_workers()
        waiting = Counter(pod.reason.text for pod in self._workers() if pod.reason)
        if waiting or running < self.workers:
            line = f"workers {running}/{self.workers} running"
            if any(pod.state is State.WAITING for pod in self._workers()):
                claims = self.claims
                line += (
                    f", NodeClaims {claims.total} ({claims.launched} launched, {claims.initialized} ready)"
                )
            most = waiting.most_common(1)
            return f"{line}; {most[0][1]} waiting: {most[0][0]}" if most else line
        return self._launchers_step()

    def _launchers_step(self) -> str:
        again = f" (restart {self.restarts})" if self.restarts else ""
        launcher = self.launcher
        if launcher is None:
            return f"workers {self.workers}/{self.workers} running, waiting until all are Ready"
        if launcher.reason is not None:
            return f"launcher{again}: {launcher.reason.text}"
        if launcher.state is State.RUNNING:
            return f"launcher{again} runs, {self.rows} rows measured"
        return f"launcher{again} {launcher.state.value}"

    def _workers(self) -> list[PodSeen]:
        return [pod for pod in self.pods if not pod.launcher]

    def _running_workers(self) -> int:
        return sum(pod.state is State.RUNNING for pod in self._workers())
