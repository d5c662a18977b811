"""The pods of a job are found by its controller's labels; whatever is not there is said on one line."""

from dataclasses import dataclass, field

import httpx2
import pytest
from lightkube.resources.core_v1 import Pod

from cli.errors import CommandError
from cli.prove import logs
from cli.prove.job import prove_job
from cli.prove.jobs import LABELS, Wanted, pods_of_job
from nccl.verdict import Outcome
from tests.cli.nccl.fake_api import FakeApi, failure
from tests.cli.prove.job_objects import api_with, job_pod

TRAIN = Wanted("train", None, None)


class WithoutLogs(FakeApi):
    """A server that lets nobody read logs."""

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403) if request.url.path.endswith("/log") else super().answer(request)


def refusal(api: FakeApi, wanted: Wanted = TRAIN) -> str:
    with pytest.raises(CommandError) as caught:
        prove_job(api.cluster(), wanted)
    return str(caught.value)


@pytest.mark.parametrize("label", LABELS.values())
def test_a_job_of_any_controller_is_found_by_its_name(label: str) -> None:
    api = api_with(*(job_pod(index, label=label) for index in (0, 1)))
    report = prove_job(api.cluster(), TRAIN)
    assert (report.outcome, report.reasons) == (
        Outcome.PASS,
        ("all 2 pods go over EFA (NET/Libfabric), each by 4 interfaces",),
    )
    assert [(one.pod.name, one.pod.host, one.pod.gpus, one.pod.interfaces) for one in report.findings] == [
        ("train-0-abcde", "train-0", 2, 4),
        ("train-1-abcde", "train-1", 2, 4),
    ]
    assert report.findings[0].pod.environment == {"NCCL_DEBUG": "INFO"}


def test_what_its_node_offers_is_read_where_it_may_be() -> None:
    api = api_with(job_pod(0), job_pod(1))
    offered = {"nvidia.com/gpu": "2", "vpc.amazonaws.com/efa": "32", "cpu": "191450m"}
    api.put("/api/v1/nodes/node-0", {"metadata": {"name": "node-0"}, "status": {"allocatable": offered}})
    report = prove_job(api.cluster(), TRAIN)
    assert [one.pod.of_node for one in report.findings] == [(2, 32), None]
    assert report.notes == (
        "train-0-abcde has all 2 GPUs of its node and asks for 4 of its 32 EFA interfaces: "
        "the others lie idle",
    )


def test_pods_of_no_job_are_found_by_a_selector() -> None:
    api = api_with(*(job_pod(index, label="app") for index in (0, 1)))
    assert prove_job(api.cluster(), Wanted(None, "app=train", "default")).outcome == Outcome.PASS


@pytest.mark.parametrize("selector", ["app in (train)", "=train", "a b=c"])
def test_a_selector_that_is_no_list_of_labels_is_refused(selector: str) -> None:
    assert refusal(api_with(), Wanted(None, selector, None)) == (
        f'--selector: "{selector}" is no list of labels; write it as app=train,team=a'
    )


def test_jobs_of_one_name_in_two_namespaces_are_listed() -> None:
    api = api_with(*(job_pod(index, namespace=team) for team in ("team-b", "team-a") for index in (0, 1)))
    assert refusal(api) == (
        "job train: is several: Job in team-a, Job in team-b; choose by --namespace or --selector"
    )
    assert pods_of_job(api.cluster(), Wanted("train", None, "team-b")).namespace == "team-b"


def test_a_job_that_is_not_there_is_said_so() -> None:
    assert refusal(api_with()) == (
        "job train: not there in any namespace; "
        "look with: kubectl get jobs,pods --all-namespaces; other pods by --selector"
    )


def test_a_job_without_pods_is_there() -> None:
    api = api_with()
    api.put("/apis/batch/v1/jobs/train", {"metadata": {"name": "train", "namespace": "default"}})
    assert refusal(api) == (
        "job train: has no pods in any namespace; prove it while it runs; is it suspended, or over?"
    )


def test_a_job_whose_pods_all_wait_or_have_ended_is_not_judged() -> None:
    api = api_with(job_pod(0, phase="Succeeded"), job_pod(1, phase="Pending"))
    assert refusal(api) == (
        "job train: none of its 2 pods in default runs (Pending, Succeeded); "
        "prove it while it runs; why pods wait: eks-efa status"
    )


def test_one_pod_has_no_network_to_prove() -> None:
    assert refusal(api_with(job_pod(0))) == (
        "job train: is one pod, train-0-abcde: it has no network to prove; run it on two nodes or more"
    )


def test_logs_that_may_not_be_read_are_an_error_with_the_right_to_ask_for() -> None:
    assert refusal(WithoutLogs(api_with(job_pod(0), job_pod(1)).objects)) == (
        "pod default/train-0-abcde: its log may not be read by you; "
        "ask for the right to get pods/log there: kubectl auth can-i get pods/log -n default"
    )


class OfOneNamespace(FakeApi):
    """A server that lets somebody see the pods of a namespace only, and no nodes."""

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path in ("/api/v1/pods", "/api/v1/nodes"):
            return httpx2.Response(403, json=failure(403, "it is forbidden")[1])
        return super().answer(request)


def test_whoever_may_not_list_all_pods_is_asked_for_the_namespace() -> None:
    api = api_with(job_pod(0), job_pod(1))
    narrow = OfOneNamespace(api.objects, api.logs)
    assert refusal(narrow) == (
        "job train: the pods of all namespaces may not be listed by you; name its own: --namespace"
    )
    assert prove_job(narrow.cluster(), Wanted("train", None, "default")).outcome == Outcome.PASS


def test_of_a_long_log_the_beginning_and_the_last_lines_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "HEAD_BYTES", 100)
    api = LongLog(api_with(job_pod(0)).objects)
    (pod,) = api.cluster().client.list(Pod, namespace="default")
    found = logs.read_logs(api.cluster(), "default", [pod])["train-0-abcde"]
    assert api.asked == [
        {"container": "train", "limitBytes": "100"},
        {"container": "train", "tailLines": "2000", "limitBytes": "1048576"},
    ]
    assert found == logs.PodLog(b"h" * 100 + b"\n" + b"tail")


@dataclass
class LongLog(FakeApi):
    """A server whose logs are longer than what is asked for, whatever limit it is given."""

    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/log"):
            return super().answer(request)
        self.asked.append(dict(request.url.params))
        return httpx2.Response(200, content=b"tail" if "tailLines" in request.url.params else b"h" * 1000)


def test_a_log_that_is_gone_leaves_its_pod_open() -> None:
    api = api_with(job_pod(0), job_pod(1))
    del api.logs["train-1-abcde"]
    report = prove_job(api.cluster(), TRAIN)
    assert (report.outcome, report.reasons[0]) == (
        Outcome.INCONCLUSIVE,
        "train-1-abcde cannot be judged: the log of its container train cannot be read (404)",
    )


def test_a_pod_on_the_hosts_network_is_named_as_its_node() -> None:
    api = api_with(*(job_pod(index, hostNetwork=True, hostname=None) for index in (0, 1)))
    for index in (0, 1):
        name = f"train-{index}-abcde"
        api.logs[name] = api.logs[name].replace(b"train-", b"node-")
    report = prove_job(api.cluster(), TRAIN)
    assert (report.outcome, report.findings[0].pod.host) == (Outcome.PASS, "node-0")
