"""Templates, MPIJobs and pods of an NCCL test as the cluster has them, with only what a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lightkube.models.core_v1 import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
    PodSpec,
    PodStatus,
)
from lightkube.models.meta_v1 import ObjectMeta

from cli.nccl.pods import PodSeen, State
from cli.nccl.templates import MPIJob, Template, template_of
from cli.pending.reason import Reason
from knowledge.nccl_job import (
    EXPECTATION_ANNOTATION,
    JOB_LABEL,
    JOB_POOL_LABEL,
    ROLE_LABEL,
    TEMPLATE_LABEL,
    VARIANT_LABEL,
    JobExpectation,
    Variant,
    provider_of,
)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def template_document(variant: Variant = "efa", *, given: int = 1, interfaces: int = 1) -> dict[str, Any]:
    provider = provider_of(variant)
    asked = interfaces if provider == "efa" else None
    expectation = JobExpectation(provider, asked, "g4dn.8xlarge", 2, "all_reduce")
    worker = {"name": "worker", "resources": {"limits": {"vpc.amazonaws.com/efa": str(given)}}}
    return {
        "apiVersion": "kubeflow.org/v2beta1",
        "kind": "MPIJob",
        "metadata": {
            "name": f"nccl-{variant}",
            "namespace": "nccl-test",
            "labels": {TEMPLATE_LABEL: "true", VARIANT_LABEL: variant, JOB_POOL_LABEL: "g4dn"},
            "annotations": {EXPECTATION_ANNOTATION: expectation.to_annotation()},
        },
        "spec": {
            "runPolicy": {"suspend": True, "cleanPodPolicy": "Running", "activeDeadlineSeconds": 600},
            "mpiReplicaSpecs": {
                "Launcher": {"template": {"spec": {"containers": [{"name": "launcher"}]}}},
                "Worker": {"replicas": 2, "template": {"spec": {"containers": [worker]}}},
            },
        },
    }


def template(variant: Variant = "efa", *, given: int = 1, interfaces: int = 1) -> Template:
    return template_of(MPIJob(**template_document(variant, given=given, interfaces=interfaces)))


def waiting(reason: str, message: str = "", *, image: str = "nccl:1") -> ContainerStatus:
    state = ContainerState(waiting=ContainerStateWaiting(reason=reason, message=message))
    return container(state, image=image)


def running(restarts: int = 0) -> ContainerStatus:
    return container(ContainerState(running=ContainerStateRunning()), restarts=restarts)


def ended(code: int) -> ContainerStatus:
    return container(ContainerState(terminated=ContainerStateTerminated(exitCode=code)))


def crashing(code: int, restarts: int) -> ContainerStatus:
    found = waiting("CrashLoopBackOff", "back-off")
    found.lastState = ContainerState(terminated=ContainerStateTerminated(exitCode=code))
    found.restartCount = restarts
    return found


def container(state: ContainerState, *, image: str = "nccl:1", restarts: int = 0) -> ContainerStatus:
    return ContainerStatus(
        image=image, imageID="", name="launcher", ready=False, restartCount=restarts, state=state
    )


def job_pod(
    name: str,
    *statuses: ContainerStatus,
    phase: str = "Pending",
    on: str | None = "node-1",
    run: str = "nccl-efa-1",
    age: int = 0,
    status: PodStatus | None = None,
) -> Pod:
    """A pod of a run; its role follows from its name, as `worker-0` or `launcher-x7f2k`."""
    role = name.split("-")[0]
    metadata = ObjectMeta(
        name=f"{run}-{name}",
        namespace="nccl-test",
        creationTimestamp=BEGINNING - timedelta(seconds=age),
        labels={JOB_LABEL: run, ROLE_LABEL: role},
    )
    found = status or PodStatus()
    found.phase, found.containerStatuses = phase, list(statuses) or None
    return Pod(metadata=metadata, spec=PodSpec(containers=[], nodeName=on), status=found)


def pod_seen(
    name: str,
    state: State = State.RUNNING,
    reason: Reason | None = None,
    *,
    restarts: int = 0,
    has_log: bool = False,
    full_name: str | None = None,
) -> PodSeen:
    launcher = name == "launcher"
    return PodSeen(
        full_name or f"nccl-efa-1-{name}", name, launcher, state, reason, restarts, has_log, BEGINNING
    )
