import pytest
from lightkube.models.core_v1 import ContainerStatus, Pod, PodStatus

from cli.nccl.pods import PodSeen, State, pods_seen
from cli.pending.reason import Reason
from tests.cli.nccl.nccl_objects import crashing, ended, job_pod, running, waiting

NO_CAPACITY = Reason("EC2: no g4dn.8xlarge")


def seen(pod: Pod, said: str | None = None) -> PodSeen:
    (found,) = pods_seen("nccl-efa-1", [pod], lambda _: NO_CAPACITY, lambda _: said)
    return found


def test_a_pod_without_a_node_waits_for_the_reason_that_karpenter_gives() -> None:
    pod = seen(job_pod("worker-1", on=None))
    assert (pod.name, pod.state, pod.trouble) == ("worker-1", State.WAITING, "worker-1: EC2: no g4dn.8xlarge")


def test_a_pod_on_its_node_says_what_kubelet_said_last() -> None:
    assert seen(job_pod("worker-0", waiting("ContainerCreating")), "Pulling image").trouble == (
        "worker-0: Pulling image"
    )
    assert seen(job_pod("worker-0")).trouble == "worker-0: placed on a node, starting"


@pytest.mark.parametrize("kind", ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"])
def test_an_image_that_cannot_be_pulled_is_final_and_named_with_the_event(kind: str) -> None:
    pod = seen(job_pod("worker-0", waiting(kind, "not found", image="registry/nccl:2")))
    cure = "is `nccl.image` right, and may the nodes pull it?"
    assert pod.reason == Reason(f"{kind}: registry/nccl:2: not found; {cure}", final=True)


def test_an_image_that_kubelet_names_itself_is_named_once() -> None:
    said = 'Back-off pulling image "registry/nccl:2": not found'
    pod = seen(job_pod("worker-0", waiting("ImagePullBackOff", said, image="registry/nccl:2")))
    assert pod.reason and pod.reason.text.startswith(f"ImagePullBackOff: {said}; ")


def test_a_container_that_cannot_be_made_is_final() -> None:
    pod = seen(job_pod("worker-0", waiting("CreateContainerConfigError", 'secret "ssh" not found')))
    assert pod.reason and pod.reason.final
    assert 'secret "ssh" not found' in pod.reason.text


def test_a_worker_that_crashes_is_final_but_a_launcher_may_try_again() -> None:
    worker = seen(job_pod("worker-0", crashing(139, 2), phase="Running"))
    launcher = seen(job_pod("launcher-abcde", crashing(1, 2), phase="Running"))
    assert worker.reason == Reason(
        "CrashLoopBackOff: its container ends at once with exit code 139, 2 times", final=True
    )
    assert launcher.reason and not launcher.reason.final
    assert (launcher.name, launcher.full_name) == ("launcher", "nccl-efa-1-launcher-abcde")


def test_a_worker_that_failed_is_final_with_all_that_is_known_of_it() -> None:
    evicted = PodStatus(reason="Evicted", message="The node was low on memory.")
    pod = seen(job_pod("worker-1", ended(137), phase="Failed", status=evicted))
    assert pod.reason == Reason("it failed: Evicted: The node was low on memory.: exit code 137", final=True)


def test_a_failed_launcher_is_not_final_for_its_job_makes_another() -> None:
    pod = seen(job_pod("launcher-abcde", ended(1), phase="Failed"))
    assert pod.reason == Reason("it failed: exit code 1", final=False)


def test_a_pod_that_is_being_deleted_is_not_seen() -> None:
    leaving = job_pod("worker-0")
    assert leaving.metadata
    leaving.metadata.deletionTimestamp = leaving.metadata.creationTimestamp
    assert pods_seen("nccl-efa-1", [leaving], lambda _: None) == ()


@pytest.mark.parametrize(
    ("status", "readable"), [(running(), True), (ended(0), True), (waiting("ContainerCreating"), False)]
)
def test_a_log_can_be_read_once_the_container_has_begun(status: ContainerStatus, readable: bool) -> None:
    assert seen(job_pod("launcher-abcde", status, phase="Running")).has_log is readable


def test_pods_are_seen_oldest_first() -> None:
    pods = [job_pod("launcher-b", age=1), job_pod("launcher-a", age=9), job_pod("worker-0", age=20)]
    assert [pod.full_name[-1] for pod in pods_seen("nccl-efa-1", pods, lambda _: None)] == ["0", "a", "b"]
