"""What makes a workload predictable: its image, what it asks for, whose it is, and when it ends."""

from collections.abc import Iterator

from knowledge.fault import Fault
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE
from policies.environment import Environment
from policies.kubernetes_objects import KubernetesObject, Pod, objects_in, pods_in
from policies.reading import Properties, get, together
from policies.references import checkov, cis, eks_guide, kube_linter
from policies.rule import Finding, Level, Rule, Severity
from policies.views import Resource

DEVICES = (GPU_RESOURCE, EFA_RESOURCE)
NEEDED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
"""A limit on the CPU is not asked for: it slows a job down and protects nobody on nodes of its own."""

ENFORCE = "pod-security.kubernetes.io/enforce"
MPI_JOB = "MPIJob"


def _hygiene(resource: Resource, environment: Environment) -> Iterator[Finding]:
    for each in objects_in(resource):
        if each.kind == "Namespace":
            yield from _namespace(resource, each)
        if each.kind == MPI_JOB:
            yield from _ends(resource, each)
    for pod in pods_in(resource):
        yield from together([_place(resource, pod), _account(resource, pod)])
        for where, container in pod.containers():
            yield from together(
                [_image(resource, pod, where, container), _resources(resource, pod, where, container)]
            )


def _namespace(resource: Resource, namespace: KubernetesObject) -> Iterator[Finding]:
    if not (namespace.get("metadata", "labels") or {}).get(ENFORCE):
        problem = f"namespace {namespace.name} lets in pods of any kind"
        yield Finding(
            f"metadata.labels.{ENFORCE}", Fault(problem, cure="set baseline or restricted"), resource
        )


def _ends(resource: Resource, job: KubernetesObject) -> Iterator[Finding]:
    wanted = {
        "activeDeadlineSeconds": "a job that hangs would keep its nodes",
        "ttlSecondsAfterFinished": "finished jobs would stay for ever",
    }
    for name, problem in wanted.items():
        if job.get("spec", "runPolicy", name) is None:
            yield Finding(f"spec.runPolicy.{name}", Fault(problem, cure="set it"), resource)


def _place(resource: Resource, pod: Pod) -> Iterator[Finding]:
    if pod.owner.namespace == "default":
        problem = f"{pod.owner.kind} {pod.owner.name} is in namespace default"
        yield Finding("metadata.namespace", Fault(problem, cure="name another"), resource, pod.identity())


def _account(resource: Resource, pod: Pod) -> Iterator[Finding]:
    mounted = get(pod.spec, "automountServiceAccountToken") is not False
    if pod.service_account == "default" and mounted:
        problem = "the token of service account default is in every container"
        cure = "set it false, or name a service account of its own"
        where = f"{pod.where}.automountServiceAccountToken"
        yield Finding(where, Fault(problem, cure=cure), resource, pod.identity())


def _image(resource: Resource, pod: Pod, where: str, container: Properties) -> Iterator[Finding]:
    image = get(container, "image") or ""
    tag = image.rpartition("/")[2].partition(":")[2]
    if "@sha256:" not in image and tag in ("", "latest"):
        problem = f"{image} is another image tomorrow" if image else "missing"
        cure = "name a release or a digest"
        yield Finding(f"{where}.image", Fault(problem, cure=cure), resource, pod.identity(container))


def _resources(resource: Resource, pod: Pod, where: str, container: Properties) -> Iterator[Finding]:
    resources = get(container, "resources")
    missing = [f"{kind}.{name}" for kind, name in NEEDED if get(resources, kind, name) is None]
    where = f"{where}.resources"
    identity = pod.identity(container)
    if missing:
        problem = f"no {', '.join(missing)}"
        yield Finding(where, Fault(problem, cure="say what the container needs"), resource, identity)
    for device in DEVICES:
        asked, most = (str(get(resources, kind, device) or "none") for kind in ("requests", "limits"))
        if asked not in ("none", most):
            problem = f"{asked} {device} requested and {most} allowed"
            yield Finding(
                where, Fault(problem, cure="devices are not shared: make both equal"), resource, identity
            )


RULES = (
    Rule(
        id="workload-hygiene",
        summary="Workloads name their image's release, what they need, an account and an end; none is in "
        "default.",
        severity=Severity.MEDIUM,
        references=(
            *cis("4.1.5", "4.1.6", "4.5.2"),
            *checkov("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13", "CKV_K8S_14", "CKV_K8S_21"),
            *checkov("CKV_K8S_38", "CKV_K8S_41", "CKV_K8S_43"),
            *kube_linter("latest-tag", "unset-cpu-requirements", "unset-memory-requirements"),
            *kube_linter("job-ttl-seconds-after-finished"),
            *eks_guide("aiml/aiml_compute"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/aiml-compute.html",
        remediation="Fill in what the message names; for a manifest of somebody else's, add an exemption "
        "with the reason.",
        resource_check=_hygiene,
        levels={"dev": Level.ADVISORY, "sandbox": Level.ADVISORY},
    ),
)
