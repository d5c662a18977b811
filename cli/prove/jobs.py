"""Which pods a job has: by the labels that the controllers of jobs put on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx2
from lightkube.core.client import LabelSelector
from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import Pod
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Pod as PodResource

from cli.cluster import NOT_FOUND, Cluster
from cli.errors import CommandError
from cli.nccl.templates import MPIJob
from knowledge.nccl_job import JOB_LABEL

PyTorchJob = create_namespaced_resource("kubeflow.org", "v1", "PyTorchJob", "pytorchjobs")
JobSet = create_namespaced_resource("jobset.x-k8s.io", "v1alpha2", "JobSet", "jobsets")
TrainJob = create_namespaced_resource("trainer.kubeflow.org", "v1alpha1", "TrainJob", "trainjobs")

LABELS = {
    "Job": "batch.kubernetes.io/job-name",
    "MPIJob or PyTorchJob": JOB_LABEL,
    "JobSet or TrainJob": "jobset.sigs.k8s.io/jobset-name",
}
"""The label with a job's name on its pods, by what the job is. Trainer makes a JobSet of the same name."""

FORBIDDEN = 403

_KINDS = (Job, MPIJob, PyTorchJob, JobSet, TrainJob)


@dataclass(frozen=True)
class Wanted:
    """The job that is asked about: by its name, or by a label selector; in one namespace or in any."""

    name: str | None
    selector: str | None
    namespace: str | None

    @property
    def title(self) -> str:
        """As messages and the report name it."""
        return self.name or self.selector or ""


@dataclass(frozen=True)
class JobPods:
    """The pods of one job, those that have ended left out."""

    namespace: str
    running: tuple[Pod, ...]
    waiting: tuple[Pod, ...]


def pods_of_job(cluster: Cluster, wanted: Wanted) -> JobPods:
    """The pods of the job; CommandError where it is not there, is several, or has none that run."""
    found = {kind: _listed(cluster, wanted, labels) for kind, labels in _selectors(wanted).items()}
    by_job: dict[tuple[str, str], list[Pod]] = {}
    for kind, pods in found.items():
        for pod in pods:
            by_job.setdefault((_namespace(pod), kind), []).append(pod)
    if not by_job:
        raise _no_pods(cluster, wanted)
    if len(by_job) > 1:
        there = ", ".join(f"{kind} in {namespace}" for namespace, kind in sorted(by_job))
        raise CommandError(
            f"job {wanted.title}", f"is several: {there}", "choose by --namespace or --selector"
        )
    (namespace, _), pods = next(iter(by_job.items()))
    running = tuple(pod for pod in pods if _phase(pod) == "Running")
    waiting = tuple(pod for pod in pods if _phase(pod) == "Pending")
    if not running:
        phases = ", ".join(sorted({_phase(pod) for pod in pods}))
        fault = f"none of its {len(pods)} pods in {namespace} runs ({phases})"
        raise CommandError(
            f"job {wanted.title}", fault, "prove it while it runs; why pods wait: eks-efa status"
        )
    return JobPods(namespace, running, waiting)


def _selectors(wanted: Wanted) -> Mapping[str, str]:
    if wanted.selector:
        return {"pods": wanted.selector}
    return {kind: f"{label}={wanted.name}" for kind, label in LABELS.items()}


def _listed(cluster: Cluster, wanted: Wanted, selector: str) -> list[Pod]:
    labels = _parsed(selector)
    try:
        pods = list(cluster.client.list(PodResource, namespace=wanted.namespace or "*", labels=labels))
    except ApiError as error:
        if wanted.namespace is None and error.status.code == FORBIDDEN:
            fault = "the pods of all namespaces may not be listed by you"
            raise CommandError(f"job {wanted.title}", fault, "name its own: --namespace") from error
        raise
    return [pod for pod in pods if pod.metadata and pod.metadata.deletionTimestamp is None]


def _parsed(selector: str) -> LabelSelector:
    """`a=b,c` as lightkube wants it; CommandError for what is no list of labels."""
    found: LabelSelector = {}
    for part in selector.split(","):
        key, equals, value = part.strip().partition("=")
        key, value = key.strip(), value.lstrip("=").strip()
        if not key or any(sign in key for sign in " !()"):
            raise CommandError(
                "--selector", f'"{selector}" is no list of labels', "write it as app=train,team=a"
            )
        found[key] = value if equals else None
    return found


def _no_pods(cluster: Cluster, wanted: Wanted) -> CommandError:
    where = f"in namespace {wanted.namespace}" if wanted.namespace else "in any namespace"
    if wanted.name and any(_is_there(cluster, kind, wanted) for kind in _KINDS):
        fault = f"has no pods {where}"
        return CommandError(f"job {wanted.name}", fault, "prove it while it runs; is it suspended, or over?")
    what = f"job {wanted.name}" if wanted.name else f"pods of {wanted.selector}"
    cure = "look with: kubectl get jobs,pods --all-namespaces; other pods by --selector"
    return CommandError(what, f"not there {where}", cure)


def _is_there(cluster: Cluster, kind: type, wanted: Wanted) -> bool:
    try:
        found: Iterable[object] = cluster.client.list(
            kind, namespace=wanted.namespace or "*", fields={"metadata.name": wanted.name or ""}
        )
        return any(_name(each) == wanted.name for each in found)
    except httpx2.HTTPStatusError as error:
        if error.response.status_code == NOT_FOUND:
            return False  # no such kind in this cluster
        raise


def _name(found: object) -> str | None:
    metadata = getattr(found, "metadata", None)
    return getattr(metadata, "name", None)


def _namespace(pod: Pod) -> str:
    return (pod.metadata and pod.metadata.namespace) or ""


def _phase(pod: Pod) -> str:
    return (pod.status and pod.status.phase) or "Pending"
