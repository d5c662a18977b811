"""The verdict on a running job: whether the traffic of all its pods goes over EFA."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nccl.facts import Versions
from nccl.prove.finding import PodFinding, find
from nccl.prove.heard import Heard, listen
from nccl.prove.pods import JobPod, RunningJob
from nccl.verdict import Outcome, worst
from nccl.words import listed


@dataclass(frozen=True)
class JobReport:
    """The answer for a job. The first of `reasons` is the one that matters."""

    job: RunningJob
    outcome: Outcome
    reasons: tuple[str, ...]
    findings: tuple[PodFinding, ...]
    notes: tuple[str, ...]
    versions: tuple[Versions, ...]
    recorded: bool

    @property
    def headline(self) -> str:
        """Outcome and job on one line."""
        return f"{self.outcome}: job {self.job.name} in namespace {self.job.namespace}"


def judge(job: RunningJob) -> JobReport:
    """Read the logs of all pods and judge those that take part in the traffic."""
    heard = listen(job.pods)
    findings = tuple(find(pod, heard) for pod in taking_part(job, heard))
    if len({one.pod.node for one in findings}) == 1 and not any(
        said.carriers for said in heard.pods.values()
    ):
        findings = tuple(replace(one, outcome=Outcome.INCONCLUSIVE, causes=()) for one in findings)
        return _report(job, Outcome.INCONCLUSIVE, (_one_node(job, findings),), findings, heard)
    open_questions = tuple(_open(job, findings, heard))
    outcome = worst([*(one.outcome for one in findings), *([Outcome.INCONCLUSIVE] if open_questions else [])])
    if outcome is Outcome.FAIL:
        reasons = tuple(_against(job, findings))
    elif outcome is Outcome.INCONCLUSIVE:
        reasons = (*_unanswered(findings), *open_questions, *_trap(job, findings))
    else:
        reasons = (_good(findings),)
    return _report(job, outcome, reasons, findings, heard)


def _report(
    job: RunningJob,
    outcome: Outcome,
    reasons: tuple[str, ...],
    findings: tuple[PodFinding, ...],
    heard: Heard,
) -> JobReport:
    notes = tuple(dict.fromkeys(note for one in findings for note in one.notes))
    return JobReport(job, outcome, reasons, findings, notes, heard.versions, heard.recorded)


def _one_node(job: RunningJob, findings: tuple[PodFinding, ...]) -> str:
    if job.waiting:
        return f"pods run on {findings[0].pod.node} only, and {_waiting(job)}: no data crosses the network"
    return f"all pods run on {findings[0].pod.node}: no data crosses the network"


def _waiting(job: RunningJob) -> str:
    return f"{job.waiting} of {job.waiting + len(job.pods)} pods do not run yet"


def taking_part(job: RunningJob, heard: Heard) -> tuple[JobPod, ...]:
    """Pods with GPUs, EFA interfaces or processes of NCCL: not a launcher; all, where none has any."""
    ours = tuple(pod for pod in job.pods if pod.gpus or pod.interfaces or heard.pods[pod.name].processes)
    return ours or job.pods


def _against(job: RunningJob, findings: tuple[PodFinding, ...]) -> Iterator[str]:
    """The mixture first, else what failed; then why, each cause once with the pods that it is true of."""
    failed = [one for one in findings if one.outcome is Outcome.FAIL]
    well = [one for one in findings if one.over == "EFA"]
    strayed = [one for one in failed if one.over != "EFA"]
    if strayed:
        also = [_go(well, "EFA")] if well else []
        is_mixed = well or any("EFA" in (one.over or "") for one in strayed)
        yield ("mixed: " if is_mixed else "") + "; ".join([*_by_network(strayed), *also])
    yield from (one.reason for one in failed if one not in strayed)
    causes: dict[str, list[str]] = {}
    for one in strayed:
        for cause in one.causes:
            causes.setdefault(cause, []).append(one.pod.name)
    for cause, names in causes.items():
        yield f"{listed(names)}: {cause}"
    yield from _trap(job, findings)


def _by_network(strayed: list[PodFinding]) -> list[str]:
    over: dict[str, list[PodFinding]] = {}
    for one in strayed:
        over.setdefault(one.over or "", []).append(one)
    return [_go(ones, what) for what, ones in over.items()]


def _go(findings: list[PodFinding], over: str) -> str:
    verb = "goes" if len(findings) == 1 else "go"
    return f"{listed(one.pod.name for one in findings)} {verb} over {over}"


def _unanswered(findings: tuple[PodFinding, ...]) -> Iterator[str]:
    for one in findings:
        if one.outcome is Outcome.INCONCLUSIVE:
            yield "; ".join([one.reason, *one.causes])


def _trap(job: RunningJob, findings: tuple[PodFinding, ...]) -> Iterator[str]:
    if job.trap and any(not one.pod.interfaces for one in findings):
        yield job.trap


def _open(job: RunningJob, findings: tuple[PodFinding, ...], heard: Heard) -> Iterator[str]:
    """What keeps the whole from a pass, whatever its pods say."""
    if len({one.pod.node for one in findings}) == 1:
        yield _one_node(job, findings)
    elif job.waiting:
        yield _waiting(job)
    if heard.ranks is None:
        return
    if missing := heard.missing_ranks:
        yield (
            f"{len(missing)} of {heard.ranks} ranks (rank {listed(missing)}) are in no log that was read: "
            "let every process write to its pod's log, and name the whole job"
        )


def _good(findings: tuple[PodFinding, ...]) -> str:
    """What the pass rests on."""
    counts = {one.found for one in findings if one.found is not None}
    noun = "interface" if counts == {1} else "interfaces"
    count = f", each by {listed(sorted(counts))} {noun}" if counts else ""
    carriers = sorted({name for one in findings for name in one.carriers})
    how = listed(f"NET/{name}" for name in carriers) or "so many nodes by NCCL's own count"
    return f"all {len(findings)} pods go over EFA ({how}){count}"
