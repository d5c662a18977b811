from datetime import timedelta
from typing import Any

from lightkube.generic_resource import Generic
from lightkube.models.core_v1 import Event, EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta

from cli.nccl.look import claims_of, look, newest_about, refusal
from cli.nccl.pods import State
from cli.nccl.progress import JobSeen
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.nccl_objects import BEGINNING, job_pod, template

RUN = "nccl-efa-1"
PODS = "/api/v1/namespaces/nccl-test/pods"
JOB = f"/apis/kubeflow.org/v2beta1/namespaces/nccl-test/mpijobs/{RUN}"


def event(
    message: str,
    *,
    about: str = f"{RUN}-worker-0",
    kind: str = "Pod",
    by: str = "kubelet",
    age: int = 0,
    **of: Any,
) -> Event:
    return Event(
        involvedObject=ObjectReference(kind=kind, name=about, namespace="nccl-test"),
        metadata=ObjectMeta(name=message.replace(" ", "-").lower(), namespace="nccl-test"),
        message=message,
        source=EventSource(component=by),
        lastTimestamp=BEGINNING - timedelta(seconds=age),
        **of,
    )


def test_the_newest_word_of_kubelet_about_a_pod_counts() -> None:
    said = [
        event("Pulling image nccl:1", age=5),
        event("Successfully assigned", age=1, by="default-scheduler"),
        event("Created container", about=f"{RUN}-worker-1"),
        event("Scheduled", age=9),
    ]
    assert newest_about(job_pod("worker-0"), said) == "Pulling image nccl:1"
    assert newest_about(job_pod("worker-2"), said) is None


def test_the_operators_warning_about_the_job_is_its_refusal() -> None:
    created = event("MPIJob is created", kind="MPIJob", about=RUN, by="mpi-job-controller", type="Normal")
    invalid = event(
        "Found validation errors", kind="MPIJob", about=RUN, by="mpi-job-controller", type="Warning"
    )
    assert refusal(RUN, [created]) is None
    assert refusal(RUN, [created, invalid]) == "Found validation errors"
    assert refusal("nccl-socket-1", [invalid]) is None


def test_only_the_tested_pools_node_claims_are_counted() -> None:
    claims = [
        Generic(metadata=ObjectMeta(name=name, labels={"karpenter.sh/nodepool": pool}))
        for name, pool in (("a", "g4dn"), ("b", "p5"))
    ]
    assert [claim.metadata and claim.metadata.name for claim in claims_of("g4dn", claims)] == ["a"]


def test_a_look_has_the_job_and_the_pods_of_this_run_alone() -> None:
    api = FakeApi()
    api.put(JOB, {"status": {"conditions": [{"type": "Succeeded", "status": "True"}]}})
    for pod in (job_pod("worker-0", phase="Running"), job_pod("worker-0", run="nccl-socket-1")):
        assert pod.metadata
        api.put(f"{PODS}/{pod.metadata.name}", pod.to_dict())
    seen = look(api.cluster(), template("efa"), RUN)
    assert seen.job == JobSeen(succeeded=True)
    assert [(pod.full_name, pod.state) for pod in seen.pods] == [(f"{RUN}-worker-0", State.RUNNING)]
    assert (seen.variant, seen.workers) == ("efa", 2)


def test_a_run_that_someone_removed_is_seen_as_gone() -> None:
    assert look(FakeApi().cluster(), template("efa"), RUN).job == JobSeen(there=False)


def test_events_and_nodes_are_not_asked_about_while_everything_runs() -> None:
    api, asked = FakeApi(), list[str]()
    api.after = lambda method, path: asked.append(path.rpartition("/")[2])
    api.put(f"{PODS}/{RUN}-worker-0", job_pod("worker-0", phase="Running").to_dict())
    look(api.cluster(), template("efa"), RUN)
    assert asked == [RUN, "pods"]
